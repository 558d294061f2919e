"""Lines that open a quote which is never closed, told by where quotes stand.

On a line on which no quote but the last stands where a cell may begin, every delimiter before that quote separates
cells. So the quote opens a cell, and nothing on the line closes it. If the next quote of the text is followed by more
text of its cell, what was opened is not closed properly. Not all such lines are found so; the tokeniser tells the rest.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pipeline.reading.blocks import CR, LF, Block, Positions

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class OpenQuotes:
    """What the neighbours of each quote of a text say.

    Attributes:
        quotes: Where they stand.
        begins: How many quotes up to each, none at first, stand where a cell may begin.
        alone: Whether neither neighbour is a quote.
        goes_on: Whether it stands alone, and before something that ends no cell.
    """

    quotes: Positions
    begins: Positions
    alone: Bools
    goes_on: Bools

    @staticmethod
    def of(block: Block, quotes: Positions, delimiter: str, quote: str) -> OpenQuotes:
        """Return it for a text in whose dialect neither letter is escaped."""
        array, last = block.array, len(block.data) - 1
        before, behind = array[quotes - 1], array[np.minimum(quotes + 1, last)]
        is_end = np.zeros(256, dtype=np.bool_)
        is_end[[ord(delimiter), LF, CR]] = True
        is_first, is_last = quotes == 0, quotes == last
        alone = (is_first | (before != ord(quote))) & (is_last | (behind != ord(quote)))
        begins = np.concatenate([[0], np.cumsum(is_first | is_end[before])])
        return OpenQuotes(quotes, begins, alone, alone & ~is_end[behind] & ~is_last)

    def opens(self, first: Positions, stop: Positions) -> Bools:
        """Return which lines plainly end inside the quotes that their last one opens.

        Args:
            first: For each line, on which a record begins, the position of its first quote among all.
            stop: The position behind its last one.
        """
        last = np.maximum(stop - 1, 0)
        is_only = (self.begins[last] == self.begins[first]) & (self.begins[stop] == self.begins[first] + 1)
        opens: Bools = (stop > first) & is_only & np.append(self.alone, False)[last]
        return opens

    def never_closed(self, first: Positions, stop: Positions) -> Bools:
        """Return which lines plainly open a quote that is not closed properly; the arguments are those of `opens`."""
        found: Bools = self.opens(first, stop) & np.append(self.goes_on, False)[stop]
        return found
