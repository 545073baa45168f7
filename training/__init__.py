"""Makes the learned files of knowledge/ from evaluation sets; runs where torch and scikit-learn are installed."""
