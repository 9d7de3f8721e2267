"""What the benchmarks run in another interpreter, next to ours."""
