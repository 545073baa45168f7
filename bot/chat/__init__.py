"""The vocabulary that every platform and every feature speaks. Standard library only."""
