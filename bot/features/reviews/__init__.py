"""Peer review of what the community makes: submissions, rubrics, reviewers, results."""
