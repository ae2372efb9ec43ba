# Putting right what an answer was understood as.

right-title = Put an answer right
right-line = What this answer names counts everywhere: in the figures, for segments and for offers.
right-back = Back
right-said = What they said
right-understood = Understood as
right-nothing = Nothing
right-by = { $who } put it right
right-main = What holds them back most?
right-also = And also
right-sub-code = More exactly
right-sub-code-none = Nothing more exact
right-what-happens = The words stay as they are, and nothing is written to the person. That you changed it is noted, and it may become an example to learn from.
right-save = Put it right
right-no-main = Choose what holds them back most. If nothing fits, choose “Something else”.
right-sub-code-alone = The more exact reason belongs to a barrier that is not chosen. Choose that barrier too, or “Nothing more exact”.
right-open = Put right
right-was = Understood as { $barriers }, put right by { $who }
event-righted = { $who } put right what an answer names
coming-put_right = { $who } is putting an answer right …
