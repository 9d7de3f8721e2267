"""What the benchmarks run next to ours, most of it in another interpreter."""
