"""Fast lanes: many cells of a kind decided at once, where the judge's verdict is certain.

The judges in `schemas.kinds` define what a cell is. A lane decides a cell, accepts it or refuses it, only where it can
prove the judge's value and codes; every other cell is left to the judge, once for each unique text. Differential tests
hold both equal over millions of values.
"""
