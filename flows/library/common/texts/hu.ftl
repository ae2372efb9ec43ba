# Amit a Holdback minden folyamatban és minden csatornán mond. Magázó forma. A bolt neve elé nem kerül névelő, utána nem kerül rag.

## Gombok minden kérdés mellett
button-person = Munkatárssal beszélnék
button-stop = Ne írjanak többet
button-change = Nem erre gondoltam
button-done = Kész

## Szabad szöveg
understood = Értem: { $label }.
which-one = Nem biztos, hogy jól értettem. Melyik áll ezek közül a legközelebb ahhoz, amire gondolt?
which-most = Több dolgot említett. Melyik számít a legtöbbet?
pick-some = Kérjük, válasszon legalább egyet, vagy írjon néhány szót.
unclear = Elnézést, nem értettem. Kérem, koppintson az egyik válaszra, vagy írja le másképp.
answered-mark = ✓ { $label }
closed-mark = Ez a kérdés már lezárult.

## Bármikor
confirm-stop = Leállítsam az üzeneteket?
    .yes = Igen, állítsa le
    .no = Nem, folytassuk
stopped = Rendben, nem írunk Önnek többet. Minden jót kívánunk!
confirm-delete = Töröljünk mindent, amit Önről tudunk? Ezt nem lehet visszavonni.
    .yes = Igen, töröljék
    .no = Nem, maradjon meg
deleting = Töröljük az adatait. Ez az utolsó üzenetünk. Minden jót kívánunk!
handed-over = Rendben. Egy munkatársunk ({ $shop }) itt fog válaszolni Önnek.
question-passed = Jó kérdés. Továbbadtam egy munkatársunknak ({ $shop }), aki itt fog válaszolni Önnek.
later = Rendben. Három nap múlva újra megkérdezem. Ha inkább ne kérdezzem, írja be: „stop”.
later-until = Rendben. Ekkor kérdezem meg újra: { $when }. Ha inkább ne kérdezzem, írja be: „stop”.
says-bought = Nagyszerű, köszönjük! Akkor nincs több kérdésünk. Sok örömöt kívánunk hozzá!
back = Köszönjük a türelmét. Ott folytatjuk, ahol abbahagytuk:
nothing-open = Most nincs nyitott kérdés. A /help megmutatja, miben segíthetek.
already-answered = Erre a kérdésre már válaszolt. Köszönjük!
go-on = Rendben, folytassuk.

## Parancsok
help = A bolt asszisztense vagyok ({ $shop }). Megkérdezem, mi tartotta vissza, és továbbadom a válaszát. Koppintson egy válaszra, vagy írjon.
help-commands = /language: más nyelv, /privacy: mit tárolunk, /stop: azonnali leállítás. Ha emberrel beszélne, írja be: „munkatárs”.
why = Érdeklődött nálunk ({ $shop }), és hozzájárult, hogy írjunk. Azért kérdezzük, mi tartotta vissza, hogy segítsünk vagy jobbak legyünk.
privacy = { $shop }: a válaszait és elérhetőségét csak azért tároljuk, hogy válaszoljunk és fejlődjünk. /mydata: megnézés, /forget: törlés, /stop: leállítás.
privacy-link = Bővebben: { $url }
language-choose = Melyik nyelvet választja?
language-set = Magyarul folytatjuk.
welcome = Jó napot! A bolt asszisztense vagyok ({ $shop }).
stopped-before = Kérte, hogy ne írjunk, ezért nem írunk Önnek. Ha újra beszélne velünk, küldje el: /start
link-invalid = Ez a link már nem működik. A kezdéshez küldje el: /start
mydata-link = Itt megnézheti és törölheti, amit Önről tudunk, megadhatja, hol írjunk, vagy szünetet kérhet: { $url }
limited = Rendben, mostantól nem teszünk fel több kérdést.
paused = Rendben. A szünet vége: { $when } – addig magunktól nem írunk Önnek, de Ön bármikor válaszolhat.

## A parancsok neve a Telegram menüjében
command-start = Kezdés
command-help = Miben segíthetek
command-language = Nyelv módosítása
command-privacy = Mit tárolunk és miért
command-why = Miért írnak nekem?
command-mydata = Az adataim megtekintése
command-limit = Ne legyen több kérdés
command-forget = Az adataim törlése
command-stop = Minden üzenet leállítása

## Minden e-mailben
email-greeting = { $has_name ->
    [yes] Kedves { $name }!
   *[no] Jó napot!
}
email-answer-hint = Koppintson egy válaszra: megnyílik egy oldal, ahol még egy koppintással megerősítheti.
email-own-words = Saját szavaimmal válaszolok
email-telegram = Folytatás Telegramon
email-why = Azért kapja ezt az e-mailt, mert érdeklődött nálunk ({ $shop }), és hozzájárult, hogy kérdést küldjünk (dátum: { $date }).
email-why-nodate = Azért kapja ezt az e-mailt, mert érdeklődött nálunk ({ $shop }), és hozzájárult, hogy kérdést küldjünk.
email-sent-by = Feladó: { $shop }
email-unsubscribe = Leiratkozás
email-preferences = Beállítások
email-why-link = Miért írnak nekem?
email-confirm-subject = Kérjük, erősítse meg az e-mail-címét
email-confirm-preheader = Egyetlen koppintás, és feltehetünk Önnek egy rövid kérdést.
email-confirm-text = Ezt a címet nálunk ({ $shop }) adták meg egy rövid kérdéshez. Ha Ön volt az, kérjük, erősítse meg. Ha nem, nincs teendője: nem írunk többet.
email-confirm-button = Igen, ez az én címem
email-confirm-why = Azért kapja ezt az e-mailt, mert ezt a címet megadták nálunk ({ $shop }). Amíg meg nem erősíti, semmi mást nem írunk.

## A kérdőív oldala
web-title = { $shop }: egy kérdés Önhöz
web-confirm = Az Ön választása:
web-confirm-button = Válasz elküldése
web-choose-other = Mást választok
web-change = Módosítás
web-change-to = Mit szeretne válaszolni helyette? A beszélgetés onnan folytatódik.
web-progress = { $number }. kérdés (legfeljebb { $most } van)
web-own-words-label = Vagy a saját szavaival
web-send = Küldés
web-you = Ön
web-bot-line = Most a bolt asszisztense válaszol ({ $shop }).
web-person-line = Most egy munkatársunk válaszol ({ $shop }).
web-telegram = Folytatás Telegramon
web-ended = Ez a beszélgetés véget ért. Köszönjük.
web-wait = Egy pillanat, a válasza úton van.
web-empty-answer = Kérjük, jelöljön meg egy választ, vagy írjon néhány szót.
web-too-long = A szöveg hosszabb { $limit } karakternél. Kérjük, rövidítse le.
web-stale = Erre a kérdésre már válaszolt; itt tartunk most.
web-copy-code = Az Ön kódja
web-copy-button = Másolás
web-copied = Kimásolva
web-language = Nyelv
web-privacy = Mit tárolunk és miért
web-controls = Az Ön beállításai

## A hibás vagy lejárt link oldala
link-wrong-title = Ez a link nem működik
link-wrong-text = Ez a link hiányos, vagy már nem érvényes. Semmit sem rögzítettünk. Kérjük, nyissa meg újra a bolt legutóbbi üzenetét.

## A beállítások és a leiratkozás oldala
confirm-title = Ez az Ön címe?
confirm-text = Kérjük, erősítse meg, hogy e-mailben feltehetünk ({ $shop }) Önnek egy rövid kérdést. Ezt bármikor visszavonhatja.
confirm-button = Igen, kérdezhetnek
confirm-else = Ha inkább nem szeretné, semmi teendője nincs: nem írunk többet.
prefs-title = Az Ön beállításai
prefs-why = Érdeklődött nálunk ({ $shop }), és hozzájárult, hogy írjunk. Azért kérdezzük, mi tartotta vissza, hogy segítsünk vagy jobbak legyünk.
prefs-where = Hol írhatunk Önnek?
prefs-email = E-mailben
prefs-telegram = Telegramon
prefs-closed = Oda jelenleg nem érkeznek meg az üzeneteink.
prefs-where-hint = Ha egyiket sem jelöli meg, sehol sem írunk Önnek.
prefs-where-button = Mentés
prefs-saved = Elmentettük.
prefs-pause-title = Szeretne egy kis szünetet?
prefs-pause = Ennyi ideig nem írunk Önnek magunktól
prefs-pause-week = egy hétig
prefs-pause-month = egy hónapig
prefs-pause-quarter = három hónapig
prefs-pause-button = Szünetet kérek
prefs-paused = A szünet vége: { $date } – addig magunktól nem írunk Önnek; Ön bármikor írhat vagy válaszolhat.
prefs-resume-button = A szünet befejezése
prefs-stop-button = Minden üzenet leállítása
prefs-stopped = Kész. Nem kap több üzenetet.
prefs-language-button = Nyelv mentése
prefs-export-button = Adataim letöltése
prefs-erase-button = Adataim törlése
prefs-erase-confirm = Töröljünk mindent, amit Önről tudunk? Ezt nem lehet visszavonni.
prefs-erased = Töröljük az adatait. Nem jelentkezünk többet. Minden jót kívánunk!
unsubscribe-title = Leiratkozás
unsubscribe-text = Egy koppintás, és nem írunk Önnek többet.
unsubscribe-button = Leiratkozom

## Kimaradás után
away-notice = Egy kis ideig nem voltam elérhető. Ha közben rákoppintott egy válaszra, kérem, koppintson rá újra.
away-page = Vagy válaszoljon itt: { $url }
away-sorry = Elnézést, nem voltam elérhető, és lehet, hogy nem kaptam meg a válaszát. Íme még egyszer a kérdés:

## A visszatartó okok neve a munkatársaknak és az exportokban
barrier-price = Ár
barrier-reviews = Kevés vélemény
barrier-quality = Minőség
barrier-shipping = Szállítás
barrier-trust = Bizalom
barrier-fit = Megfelelés
barrier-timing = Időzítés
barrier-approval = Más dönt
barrier-no_longer_needed = Már nem kell
barrier-bought_elsewhere = Máshol vette meg
barrier-other = Egyéb

## Az ajánlatok fajtái
kind-discount = Kedvezmény
kind-free_shipping = Ingyenes szállítás
kind-review_digest = Vélemények összegzése
kind-guarantee = Garancia
kind-sample = Minta
kind-brochure = Ismertető
kind-appointment = Időpont
kind-callback = Munkatárs válasza
kind-nothing = Nincs ajánlat

## Adatvédelmi oldal
privacy-title = Mit tárolunk és miért
privacy-who-title = Ki a felelős
privacy-who = Ezeket a kérdéseket { $shop } teszi fel, és felelős az Ön adataiért.
privacy-what-title = Mit tárolunk
privacy-what-answers = A válaszait szó szerint, és azt, hogy mikor adta őket.
privacy-what-reach = Hogyan érjük el, ha Ön vagy az üzlet megadta: e-mail, telefon vagy Telegram.
privacy-what-interest = Mi érdekelte, milyen ajánlatokat kapott, és vásárolt-e.
privacy-what-consent = Mikor és hogyan egyezett bele, hogy írjunk Önnek, és mikor vonta vissza.
privacy-why-title = Miért
privacy-why = Hogy válaszolhassunk, és megtudjuk, mi tartja vissza az embereket. Alapja az Ön hozzájárulása, amely bármikor visszavonható.
privacy-sees-title = Ki látja
privacy-sees = Csak azok, akik a(z) { $shop } munkatársai. Semmit nem adunk el. Az üzenetek levelezőszervereken vagy a Telegramon át jutnak el.
privacy-rights-title = Mit tehet Ön
privacy-rights = Minden üzenetből elérhetők a beállításai: ott leállíthatja az üzeneteket, letöltheti vagy töröltetheti az adatait.
privacy-complain = A lakóhelye szerinti adatvédelmi hatósághoz is fordulhat.
privacy-page-title = Ezek az oldalak
privacy-page = A kérdező oldalak nem használnak sütiket, máshonnan semmit sem töltenek be, és senkit sem követnek.

# The poster in the shop, and the page behind its code
door-closed = Itt jelenleg nincs kérdésünk. Köszönjük, hogy benézett.
door-anonymous = Nem tudjuk, ki Ön, és nem is kell elárulnia.
door-telegram = Inkább a Telegramon válaszolok
poster-title = Még nem egészen biztos benne?
poster-line = Megkérdezhetjük, mi tartja vissza? Egyetlen érintés elég, és segít nekünk jobbá válni.
poster-line-product = Megkérdezhetjük, mi tartja vissza ettől: { $product }? Egyetlen érintés elég, és segít nekünk jobbá válni.
poster-scan = Olvassa be a kódot a telefonjával, vagy nyissa meg ezt a címet:
poster-telegram = A kód egy Telegram-csevegést nyit meg. Telegram nélkül nyissa meg ezt a címet:
poster-free = Önkéntes, és név nélküli, hacsak meg nem adja a nevét.
# Read out in the shop before an address is kept for writing
walkin-consent = Írhat Önnek a(z) { $shop } e-mailben erről, és megkérdezheti, mi hiányzik? Bármikor leállíthatja.

## Questions answered in words
button-skip = Kihagyom
ask-again-number = Kérjük, számmal írja le, például 12 vagy 49,50.
ask-again-day = Kérjük, dátumként írja le, például 2026-11-21.
ask-again-yes-no = Kérjük, igennel vagy nemmel válaszoljon.
ask-again-contact = Nem találtam benne sem telefonszámot, sem e-mail-címet. Kérjük, írja meg az egyiket, és ha szeretné, azt is, mikor alkalmas.
ask-again-email = Nem találtam benne e-mail-címet. Kérjük, írja le így: nev@example.com.
ask-again-phone = Nem találtam benne telefonszámot. Kérjük, számjegyekkel írja le, például +36 30 123 4567.
ask-again-rating = Kérjük, válasszon egy számot 1 és { $scale } között.
ask-again-words = Elnézést, ezt nem tudtam elolvasni. Kérjük, írja le másképp.

## Facts that are kept, and why
privacy-facts-title = Mit őrzünk meg, és miért
privacy-facts = Önről a következőket őrizhetjük meg. Ami érzékenyként van jelölve, azon soha nem múlik ajánlat.
prefs-facts-title = Amit Önről tudunk
prefs-facts-none = Az elérhetőségén kívül még semmit sem tudunk Önről.
prefs-fact-from-you = Ön mondta el nekünk.
prefs-fact-yes = Igen
prefs-fact-no = Nem
why-facts = Itt láthatja, mit tudunk Önről, és miért őrizzük meg: { $url }
privacy-facts-sensitive = Érzékeny
