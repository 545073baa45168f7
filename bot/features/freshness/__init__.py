"""What is known stays true: documents and entries go back to their owners when they are due, or doubted."""
