"""Documents and rules of the pipeline: urls, scrapes, extractions, quality findings."""
