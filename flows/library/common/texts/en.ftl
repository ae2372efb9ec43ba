# What Holdback says in every flow. Variables: $shop, $label, $language, $when, $url.

## Buttons that stand beside every question
button-person = Talk to a person
button-stop = Please stop
button-change = That is not it

## Free text
understood = I understood: { $label }.
which-one = I am not sure I understood. Which of these comes closest?
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
deleting = Your data is being deleted. This was our last message. All the best.
handed-over = Of course. A person at { $shop } will answer you here.
question-passed = Good question. I have passed it to a person at { $shop }, who will answer you here.
later = Of course. I will ask again in three days. Say "stop" if you would rather not.
says-bought = Wonderful, thank you! Then we will not ask any further. Enjoy it.
back = Thank you for your patience. Back to where we were:
nothing-open = There is nothing open at the moment. /help shows what I can do.
already-answered = This question is already answered. Thank you!
go-on = Good, let us go on.

## Commands
help = I am the assistant of { $shop }. I ask what held you back, and pass your answer on. Tap an answer or write in your own words.
help-commands = /language changes the language, /privacy says what we store, /stop ends it at once. Write "person" to talk to a person.
why = You showed interest at { $shop } and agreed that we may write to you. We ask once what held you back, so that we can help or do better.
privacy = { $shop } stores your answers and how to reach you, only to answer you and to do better. /mydata shows it, /forget deletes it, /stop ends the messages.
privacy-link = Read more: { $url }
language-choose = Which language do you prefer?
language-set = We will go on in English.
welcome = Hello, this is the assistant of { $shop }.
stopped-before = You asked us to stop, so we do not write to you. Press /start if you would like to talk again.
link-invalid = This link does not work any more. Write /start to begin.
mydata-link = Here you can see, change and delete what we know about you: { $url }
limited = Agreed: from now on you get no follow-up questions from us.

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
