# Co říká Holdback ve všech tocích a na všech kanálech. Vykání, bez rodu čtenáře. Jméno obchodu stojí vždy v prvním pádě.

## Tlačítka u každé otázky
button-person = Mluvit s člověkem
button-stop = Už mi nepište
button-change = Myslím to jinak
button-done = Hotovo

## Volný text
understood = Rozumím: { $label }.
which-one = Nevím, jestli dobře rozumím. Co z toho je nejblíž?
which-most = Uvedli jste více věcí. Která váží nejvíc?
pick-some = Vyberte prosím alespoň jednu možnost, nebo napište pár slov.
unclear = Omlouvám se, nerozumím. Klepněte prosím na jednu z odpovědí, nebo to řekněte jinak.
answered-mark = ✓ { $label }
closed-mark = Tato otázka je uzavřená.

## Kdykoli
confirm-stop = Mám vám přestat psát?
    .yes = Ano, přestat
    .no = Ne, pokračovat
stopped = Hotovo. Už vám psát nebudeme. Přejeme vše dobré.
confirm-delete = Máme smazat vše, co o vás víme? Nelze to vzít zpět.
    .yes = Ano, smazat
    .no = Ne, ponechat
deleting = Vaše údaje mažeme. Toto je naše poslední zpráva. Přejeme vše dobré.
handed-over = Jistě. Někdo z obchodu { $shop } vám odpoví tady.
question-passed = Dobrá otázka. Předávám ji dál: někdo z obchodu { $shop } vám odpoví tady.
later = Dobře. Za tři dny se zeptám znovu. Pokud o to nestojíte, napište „stop“.
later-until = Dobře. Zeptám se znovu: { $when }. Pokud o to nestojíte, napište „stop“.
says-bought = Skvělé, děkujeme! V tom případě už nemáme další otázky. Ať vám dobře slouží!
back = Děkujeme za trpělivost. Zpět k tomu, kde jsme skončili:
nothing-open = Teď není otevřená žádná otázka. /help ukáže, co umím.
already-answered = Na tuto otázku už máme odpověď. Děkujeme!
go-on = Dobře, pokračujme.

## Příkazy
help = Jsem asistent obchodu { $shop }. Ptám se, co vás odradilo, a odpověď předám dál. Klepněte na odpověď, nebo pište vlastními slovy.
help-commands = /language změní jazyk, /privacy řekne, co ukládáme, /stop vše hned ukončí. Chcete-li mluvit s člověkem, napište „operátor“.
why = Zaujal vás obchod { $shop } a máme váš souhlas vám psát. Ptáme se, co vás odradilo, abychom mohli pomoci nebo se zlepšit.
privacy = Obchod { $shop } ukládá vaše odpovědi a kontakt, jen aby vám mohl odpovědět a zlepšovat se. /mydata je ukáže, /forget smaže, /stop zprávy ukončí.
privacy-link = Více informací: { $url }
language-choose = Jaký jazyk vám vyhovuje?
language-set = Pokračujeme v češtině.
welcome = Dobrý den, tady asistent obchodu { $shop }.
stopped-before = Na vaše přání vám už nepíšeme. Chcete-li si znovu promluvit, pošlete /start
link-invalid = Tento odkaz už nefunguje. Začnete zprávou /start
mydata-link = Tady si můžete prohlédnout a smazat, co o vás víme, zvolit, kam vám smíme psát, nebo si dát pauzu: { $url }
limited = Dobře, od teď už vám nebudeme klást další otázky.
paused = Dobře. Pauza do: { $when }. Do té doby se sami neozveme, vy však můžete kdykoli odpovědět.

## Názvy příkazů v nabídce Telegramu
command-start = Začít
command-help = Co umím
command-language = Změnit jazyk
command-privacy = Co ukládáme a proč
command-why = Proč mi píšete?
command-mydata = Zobrazit moje údaje
command-limit = Už žádné další otázky
command-forget = Smazat moje údaje
command-stop = Ukončit všechny zprávy

## V každém e-mailu
email-greeting = { $has_name ->
    [yes] Dobrý den, { $name },
   *[no] Dobrý den,
}
email-answer-hint = Klepněte na odpověď: otevře se stránka, kde ji dalším klepnutím potvrdíte.
email-own-words = Odpovědět vlastními slovy
email-telegram = Pokračovat v Telegramu
email-why = Tento e-mail dostáváte, protože vás zaujal obchod { $shop } a dne { $date } jsme od vás dostali souhlas se zasláním dotazu.
email-why-nodate = Tento e-mail dostáváte, protože vás zaujal obchod { $shop } a máme váš souhlas se zasláním dotazu.
email-sent-by = Odesílatel: { $shop }
email-unsubscribe = Odhlásit se
email-preferences = Nastavení
email-why-link = Proč mi píšete?
email-confirm-subject = Potvrďte prosím svou e-mailovou adresu
email-confirm-preheader = Stačí jedno klepnutí a budeme se vás moci krátce zeptat.
email-confirm-text = Tato adresa byla v obchodě { $shop } zadána pro krátkou otázku. Pokud jste to byli vy, potvrďte ji prosím. Pokud ne, nic nedělejte: už vám nenapíšeme.
email-confirm-button = Ano, je to moje adresa
email-confirm-why = Tento e-mail dostáváte, protože tato adresa byla zadána v obchodě { $shop }. Dokud ji nepotvrdíte, nic jiného vám nenapíšeme.

## Stránka dotazníku
web-title = Otázka z obchodu { $shop }
web-confirm = Vaše volba:
web-confirm-button = Odeslat tuto odpověď
web-choose-other = Vybrat jinou odpověď
web-change = Změnit
web-change-to = Co byste raději odpověděli? Rozhovor bude pokračovat odtud.
web-progress = Otázka { $number } z nejvýše { $most }
web-own-words-label = Nebo vlastními slovy
web-send = Odeslat
web-you = Vy
web-bot-line = Píšete si s asistentem obchodu { $shop }.
web-person-line = Píše si s vámi někdo z obchodu { $shop }.
web-telegram = Pokračovat v Telegramu
web-ended = Tento rozhovor skončil. Děkujeme.
web-wait = Okamžik, vaše odpověď je na cestě.
web-empty-answer = Vyberte prosím odpověď, nebo napište pár slov.
web-too-long = Text je delší než povolený počet znaků ({ $limit }). Zkraťte ho prosím.
web-stale = Na tuto otázku už máme odpověď; pokračujeme odtud.
web-copy-code = Váš kód
web-copy-button = Kopírovat
web-copied = Zkopírováno
web-language = Jazyk
web-privacy = Co ukládáme a proč
web-controls = Vaše volby

## Stránka chybného nebo prošlého odkazu
link-wrong-title = Tento odkaz nefunguje
link-wrong-text = Odkaz není úplný nebo už neplatí. Nic se nezaznamenalo. Otevřete prosím znovu poslední zprávu od obchodu.

## Stránky nastavení a odhlášení
confirm-title = Je to vaše adresa?
confirm-text = Potvrďte prosím, že se vás { $shop } může e-mailem krátce zeptat. Souhlas můžete kdykoli odvolat.
confirm-button = Ano, můžete se zeptat
confirm-else = Pokud si to nepřejete, nemusíte dělat nic: už vám nenapíšeme.
prefs-title = Vaše volby
prefs-why = Zaujal vás obchod { $shop } a máme váš souhlas vám psát. Ptáme se, co vás odradilo, abychom mohli pomoci nebo se zlepšit.
prefs-where = Kam vám smíme psát?
prefs-email = Na e-mail
prefs-telegram = Do Telegramu
prefs-closed = Tam teď naše zprávy nedocházejí.
prefs-where-hint = Bez zaškrtnutí vám nebudeme psát nikam.
prefs-where-button = Uložit
prefs-saved = Uloženo.
prefs-pause-title = Chcete si dát pauzu?
prefs-pause = Sami se vám neozveme po dobu
prefs-pause-week = jednoho týdne
prefs-pause-month = jednoho měsíce
prefs-pause-quarter = tří měsíců
prefs-pause-button = Pozastavit
prefs-paused = Pauza do: { $date }. Do té doby se sami neozveme; vy můžete kdykoli napsat nebo odpovědět.
prefs-resume-button = Ukončit pauzu
prefs-stop-button = Ukončit všechny zprávy
prefs-stopped = Hotovo. Už nedostanete žádné zprávy.
prefs-language-button = Uložit jazyk
prefs-export-button = Stáhnout moje údaje
prefs-erase-button = Smazat moje údaje
prefs-erase-confirm = Máme smazat vše, co o vás víme? Nelze to vzít zpět.
prefs-erased = Vaše údaje mažeme. Už se vám neozveme. Přejeme vše dobré.
unsubscribe-title = Odhlášení
unsubscribe-text = Jedno klepnutí a přestaneme vám psát.
unsubscribe-button = Odhlásit se

## Po výpadku
away-notice = Měli jsme krátký výpadek. Pokud klepnutí na odpověď nic neudělalo, klepněte prosím znovu.
away-page = Nebo odpovězte zde: { $url }
away-sorry = Omlouváme se, měli jsme výpadek a vaše odpověď nám mohla uniknout. Zde je otázka ještě jednou:

## Názvy překážek pro personál a exporty
barrier-price = Cena
barrier-reviews = Málo recenzí
barrier-quality = Kvalita
barrier-shipping = Doprava
barrier-trust = Důvěra
barrier-fit = Vhodnost
barrier-timing = Načasování
barrier-approval = Rozhoduje někdo jiný
barrier-no_longer_needed = Ztráta zájmu
barrier-bought_elsewhere = Koupeno jinde
barrier-other = Něco jiného

## Názvy druhů nabídek
kind-discount = Sleva
kind-free_shipping = Doprava zdarma
kind-review_digest = Přehled recenzí
kind-guarantee = Záruka
kind-sample = Vzorek
kind-brochure = Brožura
kind-appointment = Schůzka
kind-callback = Odpověď od člověka
kind-nothing = Bez nabídky

## Stránka o soukromí
privacy-title = Co ukládáme a proč
privacy-who-title = Kdo odpovídá
privacy-who = Tyto otázky klade { $shop } a odpovídá za vaše údaje.
privacy-what-title = Co se ukládá
privacy-what-answers = Vaše odpovědi slovo od slova a kdy jste je dali.
privacy-what-reach = Jak vás zastihnout, pokud jste to vy nebo obchod uvedli: e-mail, telefon nebo Telegram.
privacy-what-interest = Co vás zajímalo, jaké nabídky jste dostali a zda jste nakoupili.
privacy-what-consent = Kdy a jak jste souhlasili, že vám můžeme psát, a kdy jste souhlas odvolali.
privacy-why-title = Proč
privacy-why = Abychom vám mohli odpovědět a zjistili, co lidi odrazuje. Základem je váš souhlas, který můžete kdykoli odvolat.
privacy-sees-title = Kdo to vidí
privacy-sees = Jen lidé, kteří pracují pro { $shop }. Nic se neprodává. Zprávy putují přes poštovní servery nebo Telegram.
privacy-rights-title = Co můžete udělat
privacy-rights = Každá zpráva vede k vašim volbám: tam můžete zprávy zastavit, stáhnout své údaje nebo je nechat smazat.
privacy-complain = Můžete se také obrátit na úřad pro ochranu osobních údajů ve vaší zemi.
privacy-page-title = Tyto stránky
privacy-page = Stránky, které se vás ptají, nepoužívají cookies, nic odjinud nenačítají a nikoho nesledují.

# The poster in the shop, and the page behind its code
door-closed = Momentálně se zde na nic neptáme. Děkujeme, že jste se zastavili.
door-anonymous = Nevíme, kdo jste, a nemusíte nám to říkat.
door-telegram = Odpovědět raději v Telegramu
poster-title = Ještě si nejste úplně jisti?
poster-line = Smíme se zeptat, co vás zdržuje? Stačí jedno klepnutí a pomůže nám to zlepšit se.
poster-line-product = Smíme se zeptat, co vám ještě brání v nákupu ({ $product })? Stačí jedno klepnutí a pomůže nám to zlepšit se.
poster-scan = Naskenujte kód telefonem nebo otevřete tuto adresu:
poster-telegram = Kód otevře rozhovor v Telegramu. Bez Telegramu otevřete tuto adresu:
poster-free = Je to dobrovolné a bez jména, pokud je sami neuvedete.
# Read out in the shop before an address is kept for writing
walkin-consent = Smí vám { $shop } v této věci napsat e-mail a zeptat se, co vám chybí? Kdykoli to můžete ukončit.

## Questions answered in words
button-skip = Přeskočit
ask-again-number = Napište to prosím číslem, například 12 nebo 49,50.
ask-again-day = Napište to prosím jako datum, například 2026-11-21.
ask-again-yes-no = Odpovězte prosím ano, nebo ne.
ask-again-contact = Nenašel jsem v tom telefonní číslo ani e-mailovou adresu. Napište prosím jedno z nich, a pokud chcete, i kdy se vám to hodí.
ask-again-email = Nenašel jsem v tom e-mailovou adresu. Napište ji prosím takto: jmeno@example.com.
ask-again-phone = Nenašel jsem v tom telefonní číslo. Napište ho prosím číslicemi, například +420 601 234 567.
ask-again-rating = Vyberte prosím číslo od 1 do { $scale }.
ask-again-words = Omlouvám se, nepodařilo se mi to přečíst. Napište to prosím jinak.

## Facts that are kept, and why
privacy-facts-title = Co uchováváme a proč
privacy-facts = Můžeme o vás uchovávat následující. Co je označeno jako citlivé, o nabídce nikdy nerozhoduje.
prefs-facts-title = Co o vás víme
prefs-facts-none = Kromě toho, jak vás zastihnout, o vás zatím nic nevíme.
prefs-fact-from-you = Víme to od vás.
prefs-fact-yes = Ano
prefs-fact-no = Ne
why-facts = Zde vidíte, co o vás víme a proč to uchováváme: { $url }
privacy-facts-sensitive = Citlivé
