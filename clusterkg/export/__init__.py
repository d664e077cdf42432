"""A study as files for statistics: tidy CSV with a codebook, and scripts that read it in R and in Stata."""
