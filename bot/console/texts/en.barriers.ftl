# What the barriers page says beside its bars.

barriers-grid = How many people named what: the stronger the colour, the more.
barriers-moves = Over time
barriers-moves-daily = by day, the most frequent
barriers-moves-weekly = by week, the most frequent
barriers-moves-note = Answers that named each barrier, on the days (UTC) they came.
barriers-solved = What solved it
barriers-solved-aside = offers given in these days
barriers-given = Given
barriers-helped = Said it helped
barriers-bought = Bought since
barriers-solved-note = These figures describe; they do not prove: people who get an offer may differ from those who get none. Evidence compares them fairly.
barriers-words = In their own words
barriers-all-words = All answers, word for word
