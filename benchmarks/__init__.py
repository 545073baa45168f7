"""What Guildhall measures about itself; each module runs alone and prints its figures."""
