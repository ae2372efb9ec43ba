# Words that every page may use. Other rooms add their own file; ids are never repeated.

skip-to-content = Skip to the content
time-just-now = just now
unknown = Unknown

# Barriers
barrier-price = Price
barrier-reviews = Reviews
barrier-quality = Quality
barrier-shipping = Shipping
barrier-trust = Trust
barrier-fit = Fit
barrier-timing = Timing
barrier-approval = Someone else decides
barrier-no_longer_needed = No longer needed
barrier-bought_elsewhere = Bought elsewhere
barrier-other = Something else

# Delivery of a message: the states of the outbox
delivery-ready = Waiting
delivery-leased = Waiting
delivery-sending = Sending
delivery-sent = Sent
delivery-failed = Not delivered
delivery-cancelled = Not sent
delivery-unknown = Perhaps delivered
message-edited = edited
message-superseded = answered again later
message-note = Note, seen by staff only
composer-label = Your message
composer-send = Send
chat-label = Conversation

# Lists
search = Search
list-newer = Newer
list-older = Older
list-shown = { $first }–{ $last } of { $total }
list-nothing = Nothing found
csv-download = Download as CSV
table-of-chart = The same figures as a table
sample-size = n = { $n }
too-early = Too early to say
interval-range = { $low } to { $high }
interval-words = { $mid }, between { $low } and { $high }

# Forms
form-errors = Please look at this again
error-prefix = Error:
optional = (optional)
required = (needed)

# Dialogs and keys
confirm-title = Are you sure?
confirm-yes = Yes, do it
confirm-no = No, keep it
close = Close
help-title = Keys
help-next = Next in the list
help-previous = Previous in the list
help-search = Search
help-open = Open
help-help = Show these keys
loading = One moment …
navigation = Main pages

# The survey's small line
made-with = Made with Holdback

# Errors: title, what happened, what to do
error-400-title = That could not be read
error-400-what = Something in the request was not as it should be.
error-400-cure = Go back and try it once more.
error-401-title = Please sign in
error-401-what = This page is for staff who are signed in.
error-401-cure = Sign in, and you will be brought back here.
error-403-title = This is not open to you
error-403-what = You are signed in, but your role does not include this.
error-403-cure = Ask an administrator of the shop if you need it.
error-404-title = Nothing is here
error-404-what = The address is wrong, or what was here is gone.
error-404-cure = Check the address, or open the link you were given once more.
error-405-title = That cannot be done here
error-405-what = This address does not take that kind of request.
error-405-cure = Go back and use the buttons on the page.
error-409-title = Someone was quicker
error-409-what = This was changed in the meantime, so nothing was overwritten.
error-409-cure = Reload the page, look at what is there now, and decide again.
error-410-title = This link is used up
error-410-what = It has run out, or its question is already answered.
error-410-cure = There is nothing more you need to do.
error-413-title = That is too large
error-413-what = More was sent than this page accepts.
error-413-cure = Send less at once, or split the file.
error-422-title = Something is missing
error-422-what = A field was empty or held something else than expected.
error-422-cure = Go back, look at the fields, and send it again.
error-429-title = A little slower, please
error-429-what = There were very many requests from your side.
error-429-cure = Wait a minute, then try again.
error-500-title = That was our fault
error-500-what = Something broke on our side. Nothing you sent before is lost.
error-500-cure = Try again in a moment. We have been told.
error-503-title = Back in a moment
error-503-what = The service is starting or being looked after.
error-503-cure = Try again in a minute.
