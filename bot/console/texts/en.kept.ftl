# Figures that are counted in the background.

kept-as-of = Counted at
kept-anew = They are being counted anew; the new ones will stand here in some seconds.
kept-count-anew = Count anew
kept-counting-title = Being counted
kept-counting-what = This takes some seconds with so many conversations. The figures will stand here by themselves.
kept-failed-title = Could not be counted
kept-failed = The last try to count failed; it is tried again every two minutes.
kept-look-again = Look again
