## What is kept about people, and why
facts-title = Facts
facts-line = What is kept about people, why, and of how many it is known
facts-nobody = Nobody is known yet. As soon as people come in, this page says how much is known about them.
facts-of-all = { $n ->
    [one] Counted over the one person there is.
   *[other] Counted over all { $n } people.
}
facts-newest = Counted over the newest { $n } of { $all } people.
facts-category-demographic = About the person
facts-category-geographic = Where they are
facts-category-behavioural = How they came, and what they do
facts-category-interest = What they want
facts-category-company = Their company
facts-category-contact = How to reach them
facts-type-text = Text
facts-type-number = Number
facts-type-money = Money
facts-type-day = Day
facts-type-yes_no = Yes or no
facts-type-choice = One of a list
facts-known = Known of
facts-sensitive = Never decides an offer
facts-sounds-sensitive = Sounds sensitive
facts-free = Not declared
facts-free-line = Columns that came along with files or over the API
facts-free-how = Each of these is kept as plain text, and no report counts with it. To use one, or to say why it is kept, add its lines to the file attributes.yaml in your flows folder (setting FLOWS_DIR), then import the file again. What you do not need, leave out of the file.
facts-no-free = Every column that came in is declared.
facts-declare = Declare it
facts-show-lines = Lines for attributes.yaml

## Correcting what is known of a person
facts-correct = Correct
facts-add = Correct or add a fact
facts-choose = Choose
facts-save = Save
facts-cancel = Cancel
facts-why-kept = What is kept, and why
facts-empty-removes = Leave it empty to remove it.
facts-in-currency = In { $currency }. Leave it empty to remove it.
facts-newer-stays = It will say that staff said so, today. A later word of the person or a newer file replaces it.
