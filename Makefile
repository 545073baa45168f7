# Aliases for those who type make; dev.py does the work.
.PHONY: run test lint check lock bench
run test lint check lock bench:
	python3 dev.py $@
