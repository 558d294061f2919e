"""What others would do with the same file; each is a program: `python -m benchmarks.baselines.NAME FILE -o DIR`."""
