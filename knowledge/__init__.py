"""What is known: documents, passages, how they are found and when they answer."""
