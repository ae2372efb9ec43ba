# What Holdback says in every flow and on every channel. Variables: $shop, $label, $url, $name, $has_name ("yes" or "no"), $date (ready to read), $limit (a number).

## Buttons that stand beside every question
button-person = Talk to a person
button-stop = Please stop
button-change = That is not it
button-done = Done

## Free text
understood = I understood: { $label }.
which-one = I am not sure I understood. Which of these comes closest?
which-most = You named several things. Which one weighs most?
pick-some = Please choose at least one, or write a few words.
unclear = I am sorry, I did not understand. Please tap one of these, or say it another way.
answered-mark = ✓ { $label }
closed-mark = This question is closed.

## At any step
confirm-stop = Shall I stop writing to you?
    .yes = Yes, stop
    .no = No, go on
stopped = Done. We will not write to you again. All the best.
confirm-delete = Shall we delete everything we know about you? This cannot be undone.
    .yes = Yes, delete it
    .no = No, keep it
deleting = Your data is being deleted. This is our last message. All the best.
handed-over = Of course. A person at { $shop } will answer you here.
question-passed = Good question. I have passed it to a person at { $shop }, who will answer you here.
later = Of course. I will ask again in three days. Say "stop" if you would rather not.
later-until = Of course. I will ask again on { $when }. Say "stop" if you would rather not.
says-bought = Wonderful, thank you! Then we have no more questions. Enjoy it!
back = Thank you for your patience. Back to where we were:
nothing-open = No question is open at the moment. /help shows what I can do.
already-answered = This question is already answered. Thank you!
go-on = Good, let us go on.

## Commands
help = I am the assistant of { $shop }. I ask what held you back, and pass your answer on. Tap an answer or write in your own words.
help-commands = /language changes the language, /privacy says what we store, /stop ends it at once. Write "person" to talk to a person.
why = You showed interest at { $shop } and agreed that we may write to you. We ask what held you back, so that we can help or do better.
privacy = { $shop } stores your answers and how to reach you, only to answer you and to do better. /mydata shows it, /forget deletes it, /stop ends the messages.
privacy-link = Read more: { $url }
language-choose = Which language do you prefer?
language-set = We will go on in English.
welcome = Hello, this is the assistant of { $shop }.
stopped-before = You asked us to stop, so we do not write to you. Send /start if you would like to talk again.
link-invalid = This link does not work any more. Write /start to begin.
mydata-link = Here you can see and delete what we know about you, choose where we may write, or pause: { $url }
limited = All right: from now on we will not ask you any follow-up questions.
paused = All right. We will not write to you first before { $when }. You can answer at any time.

## Names of the commands, shown in Telegram's menu
command-start = Begin
command-help = What I can do
command-language = Change the language
command-privacy = What we store and why
command-why = Why do you write to me?
command-mydata = See my data
command-limit = No more questions
command-forget = Delete my data
command-stop = Stop all messages

## Around every email
email-greeting = { $has_name ->
    [yes] Hello { $name },
   *[no] Hello,
}
email-answer-hint = Tap an answer: a page opens where you confirm it with one more tap.
email-own-words = Answer in my own words
email-telegram = Go on in Telegram
email-why = You receive this email because you showed interest at { $shop } and agreed on { $date } that we may ask you.
email-why-nodate = You receive this email because you showed interest at { $shop } and agreed that we may ask you.
email-sent-by = Sent by { $shop }
email-unsubscribe = Unsubscribe
email-preferences = Preferences
email-why-link = Why do you write to me?
email-confirm-subject = Please confirm your email address
email-confirm-preheader = One tap, and we may ask you one short question.
email-confirm-text = This address was given at { $shop } for one short question by email. If that was you, please confirm it. If not, do nothing: we will not write again.
email-confirm-button = Yes, this is my address
email-confirm-why = You receive this email because this address was given at { $shop }. Until you confirm it, we will write nothing else.

## The survey page
web-title = A question from { $shop }
web-confirm = You chose:
web-confirm-button = Send this answer
web-choose-other = Choose another answer
web-change = Change
web-change-to = What would you like to say instead? The conversation goes on from there.
web-progress = Question { $number } of at most { $most }
web-own-words-label = Or in your own words
web-send = Send
web-you = You
web-bot-line = You are writing with the assistant of { $shop }.
web-person-line = A person at { $shop } is writing with you.
web-telegram = Go on in Telegram
web-ended = This conversation is over. Thank you.
web-wait = One moment, your answer is on its way.
web-empty-answer = Please choose an answer or write a few words.
web-too-long = Your text is longer than { $limit } characters. Please shorten it.
web-stale = This question was already answered; here is where we are now.
web-copy-code = Your code
web-copy-button = Copy
web-copied = Copied
web-language = Language
web-privacy = What we store and why
web-controls = Your choices

## The page of a wrong or expired link
link-wrong-title = This link does not work
link-wrong-text = This link is not complete or no longer valid. Nothing was recorded. Please open the newest message from the shop again.

## The pages for preferences and for unsubscribing
confirm-title = Is this your address?
confirm-text = Please confirm that { $shop } may ask you a short question by email. You can take this back at any time.
confirm-button = Yes, you may ask me
confirm-else = If you would rather not, there is nothing to do: we will not write again.
prefs-title = Your choices
prefs-why = You showed interest at { $shop } and agreed that we may write to you. We ask what held you back, so that we can help or do better.
prefs-where = Where may we write to you?
prefs-email = By email
prefs-telegram = In Telegram
prefs-closed = Our messages do not arrive there at the moment.
prefs-where-hint = Without a tick we write nowhere.
prefs-where-button = Save
prefs-saved = Saved.
prefs-pause-title = Shall we pause for a while?
prefs-pause = We do not write to you first for
prefs-pause-week = one week
prefs-pause-month = one month
prefs-pause-quarter = three months
prefs-pause-button = Pause
prefs-paused = We will not write to you first before { $date }. You can write or answer at any time.
prefs-resume-button = End the pause
prefs-stop-button = Stop all messages
prefs-stopped = Done. You will receive no more messages.
prefs-language-button = Save the language
prefs-export-button = Download my data
prefs-erase-button = Delete my data
prefs-erase-confirm = Shall we delete everything we know about you? This cannot be undone.
prefs-erased = Your data is being deleted. You will not hear from us again. All the best.
unsubscribe-title = Unsubscribe
unsubscribe-text = One tap and we stop writing to you.
unsubscribe-button = Unsubscribe

## After an outage
away-notice = I was away for a moment. If you tapped an answer, please tap it again.
away-page = Or answer here: { $url }
away-sorry = I am sorry, I was away and may have missed your answer. Here is the question once more:

## Names of the barriers, for staff and exports
barrier-price = Price
barrier-reviews = Too few reviews
barrier-quality = Quality
barrier-shipping = Shipping
barrier-trust = Trust
barrier-fit = Fit
barrier-timing = Timing
barrier-approval = Someone else decides
barrier-no_longer_needed = No longer needed
barrier-bought_elsewhere = Bought elsewhere
barrier-other = Something else

## Names of the kinds of offers
kind-discount = Discount
kind-free_shipping = Free shipping
kind-review_digest = Review digest
kind-guarantee = Guarantee
kind-sample = Sample
kind-brochure = Brochure
kind-appointment = Appointment
kind-callback = Answer by a person
kind-nothing = No offer

## Privacy page
privacy-title = What we store and why
privacy-who-title = Who is responsible
privacy-who = { $shop } asks these questions and is responsible for your data.
privacy-what-title = What is stored
privacy-what-answers = Your answers, word for word, and when you gave them.
privacy-what-reach = How to reach you, if you or the shop gave it to us: email, phone or Telegram.
privacy-what-interest = What you were interested in, which offers you were given, and whether you bought.
privacy-what-consent = When and how you agreed that we may write to you, and when you took it back.
privacy-why-title = Why
privacy-why = To answer you and to learn what holds people back. This rests on your consent, which you can take back at any time.
privacy-sees-title = Who sees it
privacy-sees = Only people who work for { $shop }. Nothing is sold. Messages travel through mail servers or Telegram.
privacy-rights-title = What you can do
privacy-rights = Every message leads to your choices: there you can stop the messages, download your data, or have it deleted.
privacy-complain = You can also turn to the data protection authority where you live.
privacy-page-title = These pages
privacy-page = The pages that ask you questions set no cookies, load nothing from anywhere else, and follow nobody.

# The poster in the shop, and the page behind its code
door-closed = Nothing is asked here at the moment. Thank you for looking in.
door-anonymous = We do not know who you are, and you need not tell us.
door-telegram = Answer in Telegram instead
poster-title = Not quite sure yet?
poster-line = May we ask what is holding you back? One tap is enough, and it helps us to do better.
poster-line-product = May we ask what holds you back from { $product }? One tap is enough, and it helps us to do better.
poster-scan = Scan the code with your phone, or open this address:
poster-telegram = The code opens a chat in Telegram. Without Telegram, open this address:
poster-free = Voluntary, and without a name unless you give it.
# Read out in the shop before an address is kept for writing
walkin-consent = May { $shop } write to you by email about this, and ask what is missing? You can stop it at any time.

## Questions answered in words
button-skip = Skip
ask-again-number = Please write it as a number, such as 12 or 49.50.
ask-again-day = Please write it as a day, such as 2026-11-21.
ask-again-yes-no = Please answer with yes or no.
ask-again-contact = I found no phone number and no email address in it. Please write one of them and, if you like, when it suits you.
ask-again-email = I found no email address in it. Please write it like name@example.com.
ask-again-phone = I found no phone number in it. Please write it with its digits, such as +36 30 123 4567.
ask-again-rating = Please choose a number from 1 to { $scale }.
ask-again-words = I am sorry, I could not read that. Please write it another way.

## Facts that are kept, and why
privacy-facts-title = Facts we keep, and why
privacy-facts = We may keep the following about you. What is marked as sensitive never decides an offer.
prefs-facts-title = What we know about you
prefs-facts-none = We know nothing about you yet but how to reach you.
prefs-fact-from-you = You told us.
prefs-fact-yes = Yes
prefs-fact-no = No
why-facts = Here you can see what we know about you and why we keep it: { $url }
privacy-facts-sensitive = Sensitive
