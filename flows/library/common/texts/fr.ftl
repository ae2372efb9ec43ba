# Ce que dit Holdback dans tous les parcours et sur tous les canaux. Vouvoiement ; rien ne s’accorde avec la personne qui lit.
# Devant ? ! : ; et à l’intérieur des guillemets il y a une espace insécable. Pas de « de » devant les noms de boutique.

## Boutons à côté de chaque question
button-person = Parler à une personne
button-stop = Ne m’écrivez plus
button-change = Ce n’est pas ça
button-done = Terminé

## Texte libre
understood = J’ai compris : { $label }.
which-one = J’ai peur d’avoir mal compris. Laquelle de ces réponses est la plus proche ?
which-most = Vous avez cité plusieurs points. Lequel compte le plus ?
pick-some = Veuillez en choisir au moins un, ou écrire quelques mots.
unclear = Pardon, je n’ai pas compris. Touchez une de ces réponses, ou dites-le autrement.
answered-mark = ✓ { $label }
closed-mark = Cette question est close.

## À tout moment
confirm-stop = Voulez-vous que j’arrête de vous écrire ?
    .yes = Oui, arrêtez
    .no = Non, continuons
stopped = C’est fait. Nous ne vous écrirons plus. Bonne continuation.
confirm-delete = Voulez-vous que nous effacions tout ce que nous savons de vous ? Ce sera définitif.
    .yes = Oui, effacez tout
    .no = Non, gardez tout
deleting = Nous effaçons vos données. Ceci est notre dernier message. Bonne continuation.
handed-over = Bien sûr. Quelqu’un chez { $shop } va vous répondre ici.
question-passed = Bonne question. Je l’ai transmise à quelqu’un chez { $shop }, qui vous répondra ici.
later = Entendu. Je vous reposerai la question dans trois jours. Si vous ne le souhaitez pas, écrivez « stop ».
later-until = Entendu. Je vous reposerai la question { $when }. Si vous ne le souhaitez pas, écrivez « stop ».
says-bought = Formidable, merci ! Nous n’avons donc plus de questions. Profitez-en bien !
back = Merci de votre patience. Revenons où nous en étions :
nothing-open = Aucune question n’est ouverte pour le moment. /help montre ce que je peux faire.
already-answered = Vous avez déjà répondu à cette question. Merci !
go-on = Très bien, continuons.

## Commandes
help = Je suis l’assistant { $shop }. Je demande ce qui vous a fait hésiter et je transmets votre réponse. Touchez un bouton ou écrivez.
help-commands = /language change la langue, /privacy dit ce que nous gardons, /stop arrête tout. Écrivez « conseiller » pour parler à une personne.
why = Vous avez regardé nos produits chez { $shop } et accepté nos messages. Nous demandons ce qui vous a fait hésiter, pour vous aider ou progresser.
privacy = { $shop } garde vos réponses et votre contact, seulement pour vous répondre et progresser. /mydata les montre, /forget les efface, /stop arrête tout.
privacy-link = En savoir plus : { $url }
language-choose = Quelle langue préférez-vous ?
language-set = Nous continuons en français.
welcome = Bonjour, je suis l’assistant { $shop }.
stopped-before = Vous nous avez demandé d’arrêter, nous ne vous écrivons donc plus. Envoyez /start pour reprendre.
link-invalid = Ce lien ne fonctionne plus. Écrivez /start pour commencer.
mydata-link = Ici, vous pouvez voir et effacer ce que nous savons de vous, choisir où nous vous écrivons ou faire une pause : { $url }
limited = Entendu : à partir de maintenant, nous ne vous poserons plus de questions.
paused = Entendu. Nous ne vous écrirons pas en premier avant le { $when }. Vous pouvez répondre à tout moment.

## Noms des commandes dans le menu de Telegram
command-start = Commencer
command-help = Ce que je peux faire
command-language = Changer de langue
command-privacy = Ce que nous gardons et pourquoi
command-why = Pourquoi m’écrivez-vous ?
command-mydata = Voir mes données
command-limit = Ne plus me poser de questions
command-forget = Effacer mes données
command-stop = Arrêter tous les messages

## Dans tous les e-mails
email-greeting = { $has_name ->
    [yes] Bonjour { $name },
   *[no] Bonjour,
}
email-answer-hint = Touchez une réponse : une page s’ouvre, où vous la confirmez d’un clic.
email-own-words = Répondre avec mes mots
email-telegram = Continuer sur Telegram
email-why = Vous recevez cet e-mail car vous avez regardé nos produits chez { $shop } et accepté, le { $date }, une question de notre part.
email-why-nodate = Vous recevez cet e-mail car vous avez regardé nos produits chez { $shop } et accepté une question de notre part.
email-sent-by = Envoyé par { $shop }
email-unsubscribe = Se désinscrire
email-preferences = Préférences
email-why-link = Pourquoi m’écrivez-vous ?
email-confirm-subject = Veuillez confirmer votre adresse e-mail
email-confirm-preheader = Un seul clic, et nous pourrons vous poser une courte question.
email-confirm-text = Cette adresse a été donnée chez { $shop } pour une question courte. Si c’était vous, veuillez la confirmer. Sinon, ne faites rien : nous n’écrirons plus.
email-confirm-button = Oui, c’est mon adresse
email-confirm-why = Vous recevez cet e-mail car cette adresse a été donnée chez { $shop }. Tant que vous ne l’avez pas confirmée, nous n’écrirons rien d’autre.

## La page du questionnaire
web-title = { $shop } : une question pour vous
web-confirm = Vous avez choisi :
web-confirm-button = Envoyer cette réponse
web-choose-other = Choisir une autre réponse
web-change = Modifier
web-change-to = Que souhaitez-vous répondre à la place ? La conversation reprendra à partir de là.
web-progress = Question { $number } sur { $most } au maximum
web-own-words-label = Ou avec vos propres mots
web-send = Envoyer
web-you = Vous
web-bot-line = Vous écrivez à l’assistant { $shop }.
web-person-line = Une personne de l’équipe { $shop } vous écrit.
web-telegram = Continuer sur Telegram
web-ended = Cette conversation est terminée. Merci.
web-wait = Un instant, votre réponse est en route.
web-empty-answer = Choisissez une réponse ou écrivez quelques mots.
web-too-long = Votre texte dépasse { $limit } caractères. Merci de le raccourcir.
web-stale = Vous aviez déjà répondu à cette question ; voici où nous en sommes.
web-copy-code = Votre code
web-copy-button = Copier
web-copied = Copié
web-language = Langue
web-privacy = Ce que nous gardons et pourquoi
web-controls = Vos choix

## La page d’un lien erroné ou expiré
link-wrong-title = Ce lien ne fonctionne pas
link-wrong-text = Ce lien est incomplet ou n’est plus valable. Rien n’a été enregistré. Merci de rouvrir le dernier message de la boutique.

## Les pages de préférences et de désinscription
confirm-title = Est-ce bien votre adresse ?
confirm-text = Veuillez confirmer que { $shop } peut vous poser une courte question par e-mail. Vous pouvez revenir sur ce choix à tout moment.
confirm-button = Oui, vous pouvez me poser la question
confirm-else = Si vous préférez ne pas répondre, vous n’avez rien à faire : nous ne vous écrirons plus.
prefs-title = Vos choix
prefs-why = Vous avez regardé nos produits chez { $shop } et accepté nos messages. Nous demandons ce qui vous a fait hésiter, pour vous aider ou progresser.
prefs-where = Où pouvons-nous vous écrire ?
prefs-email = Par e-mail
prefs-telegram = Sur Telegram
prefs-closed = Pour l’instant, nos messages n’y arrivent pas.
prefs-where-hint = Sans aucune coche, nous ne vous écrivons nulle part.
prefs-where-button = Enregistrer
prefs-saved = C’est enregistré.
prefs-pause-title = Souhaitez-vous une pause ?
prefs-pause = Ne pas vous écrire en premier pendant
prefs-pause-week = une semaine
prefs-pause-month = un mois
prefs-pause-quarter = trois mois
prefs-pause-button = Mettre en pause
prefs-paused = Nous ne vous écrirons pas en premier avant le { $date }. Vous pouvez écrire ou répondre à tout moment.
prefs-resume-button = Mettre fin à la pause
prefs-stop-button = Arrêter tous les messages
prefs-stopped = C’est fait. Vous ne recevrez plus de messages.
prefs-language-button = Enregistrer la langue
prefs-export-button = Télécharger mes données
prefs-erase-button = Effacer mes données
prefs-erase-confirm = Voulez-vous que nous effacions tout ce que nous savons de vous ? Ce sera définitif.
prefs-erased = Nous effaçons vos données. Vous n’aurez plus de nouvelles de nous. Bonne continuation.
unsubscribe-title = Désinscription
unsubscribe-text = Un clic, et nous cessons de vous écrire.
unsubscribe-button = Me désinscrire

## Après une panne
away-notice = J’étais indisponible un moment. Si vous avez touché une réponse, touchez-la à nouveau, s’il vous plaît.
away-page = Ou répondez ici : { $url }
away-sorry = Pardon, j’étais indisponible et votre réponse a pu m’échapper. Voici la question encore une fois :

## Noms des freins, pour l’équipe et les exports
barrier-price = Prix
barrier-reviews = Trop peu d’avis
barrier-quality = Qualité
barrier-shipping = Livraison
barrier-trust = Confiance
barrier-fit = Adéquation
barrier-timing = Moment
barrier-approval = Quelqu’un d’autre décide
barrier-no_longer_needed = N’en veut plus
barrier-bought_elsewhere = Acheté ailleurs
barrier-other = Autre chose

## Noms des types d’offre
kind-discount = Remise
kind-free_shipping = Livraison gratuite
kind-review_digest = Synthèse des avis
kind-guarantee = Garantie
kind-sample = Échantillon
kind-brochure = Brochure
kind-appointment = Rendez-vous
kind-callback = Réponse d’une personne
kind-nothing = Aucune offre

## Page de confidentialité
privacy-title = Ce que nous conservons et pourquoi
privacy-who-title = Qui est responsable
privacy-who = { $shop } pose ces questions et est responsable de vos données.
privacy-what-title = Ce qui est conservé
privacy-what-answers = Vos réponses, mot pour mot, et le moment où vous les avez données.
privacy-what-reach = Comment vous joindre, si vous ou la boutique nous l’avez indiqué : e-mail, téléphone ou Telegram.
privacy-what-interest = Ce qui vous intéressait, les offres que vous avez reçues et si vous avez acheté.
privacy-what-consent = Quand et comment vous avez accepté que nous vous écrivions, et quand vous l’avez retiré.
privacy-why-title = Pourquoi
privacy-why = Pour vous répondre et comprendre ce qui fait hésiter. La base est votre accord, que vous pouvez retirer à tout moment.
privacy-sees-title = Qui y a accès
privacy-sees = Seules les personnes qui travaillent pour { $shop }. Rien n’est vendu. Les messages passent par des serveurs de messagerie ou Telegram.
privacy-rights-title = Ce que vous pouvez faire
privacy-rights = Chaque message mène à vos choix : vous pouvez y arrêter les messages, télécharger vos données ou les faire supprimer.
privacy-complain = Vous pouvez aussi vous adresser à l’autorité de protection des données de votre pays.
privacy-page-title = Ces pages
privacy-page = Les pages qui vous interrogent ne déposent aucun cookie, ne chargent rien d’ailleurs et ne suivent personne.

# The poster in the shop, and the page behind its code
door-closed = Aucune question n’est posée ici pour le moment. Merci de votre visite.
door-anonymous = Nous ne savons pas qui vous êtes, et vous n’avez pas à nous le dire.
door-telegram = Répondre dans Telegram
poster-title = Vous hésitez encore ?
poster-line = Pouvons-nous vous demander ce qui vous retient ? Un geste suffit, et cela nous aide à mieux faire.
poster-line-product = Pouvons-nous vous demander ce qui vous fait hésiter devant { $product } ? Un geste suffit, et cela nous aide à mieux faire.
poster-scan = Scannez le code avec votre téléphone, ou ouvrez cette adresse :
poster-telegram = Le code ouvre une discussion dans Telegram. Sans Telegram, ouvrez cette adresse :
poster-free = Facultatif, et sans nom si vous ne le donnez pas.
# Read out in the shop before an address is kept for writing
walkin-consent = { $shop } peut-il vous écrire par e-mail à ce sujet et vous demander ce qui vous manque ? Vous pouvez y mettre fin à tout moment.

## Questions answered in words
button-skip = Passer
ask-again-number = Veuillez l’écrire sous forme de nombre, par exemple 12 ou 49,50.
ask-again-day = Veuillez l’écrire sous forme de date, par exemple 2026-11-21.
ask-again-yes-no = Veuillez répondre par oui ou non.
ask-again-contact = Je n’y ai trouvé ni numéro de téléphone ni adresse e-mail. Veuillez en indiquer un et, si vous le souhaitez, le moment qui vous convient.
ask-again-email = Je n'y ai pas trouvé d'adresse e-mail. Veuillez l'écrire ainsi : nom@example.com.
ask-again-phone = Je n'y ai pas trouvé de numéro de téléphone. Veuillez l'écrire en chiffres, par exemple +33 6 12 34 56 78.
ask-again-rating = Veuillez choisir un nombre de 1 à { $scale }.
ask-again-words = Je suis désolé, je n’ai pas pu lire votre réponse. Veuillez l’écrire autrement.

## Facts that are kept, and why
privacy-facts-title = Les données conservées, et pourquoi
privacy-facts = Nous pouvons conserver ce qui suit à votre sujet. Ce qui est marqué comme sensible ne décide jamais d’une offre.
prefs-facts-title = Ce que nous savons de vous
prefs-facts-none = Nous ne savons encore rien de vous, hormis comment vous joindre.
prefs-fact-from-you = Vous nous l’avez dit.
prefs-fact-yes = Oui
prefs-fact-no = Non
why-facts = Vous pouvez voir ici ce que nous savons de vous et pourquoi nous le conservons : { $url }
privacy-facts-sensitive = Sensible
