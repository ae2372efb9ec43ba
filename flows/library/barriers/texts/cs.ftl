# Co říká tok `barriers`. Vykání, bez rodu čtenáře. Jméno obchodu a produktu stojí vždy v prvním pádě.
# Před % je pevná mezera.

subject = { $known ->
    [yes] { $product }: co vás od nákupu odradilo?
   *[no] Co vás od nákupu odradilo?
}
preheader = Stačí jedno klepnutí, asi 10 sekund. Vaše odpověď nám pomůže se zlepšit.

greeting = { $known ->
    [yes] Dobrý den, tady { $shop }. Zaujal vás produkt { $product }, ale k nákupu nedošlo. To je v pořádku, jen bychom rádi věděli proč.
   *[no] Dobrý den, tady { $shop }. Naše nabídka vás zaujala, ale k nákupu nedošlo. To je v pořádku, jen bychom rádi věděli proč.
}

barrier = Co vás odradilo? Stačí jedno klepnutí, nebo to napište vlastními slovy.
    .price = Cena
    .reviews = Málo recenzí
    .quality = Pochyby o kvalitě
    .shipping = Cena nebo doba dopravy
    .trust = Důvěra, platba, vrácení
    .fit = Bude mi to vyhovovat?
    .timing = Teď ještě ne
    .approval = Rozhoduje někdo jiný
    .no_longer_needed = Už o to nemám zájem
    .bought_elsewhere = Už to mám odjinud
    .other = Něco jiného
    .remind = Jen krátké připomenutí: co vás odradilo? Nebudeme se ptát pořád dokola.

price = Jaká cena by vám vyhovovala?
    .up_to_10 = O trochu nižší (do 10 %)
    .up_to_20 = O 10 až 20 % nižší
    .much_less = Mnohem nižší
    .in_parts = Platba na splátky
    .remind = Jedna otázka zůstala otevřená: jaká cena by vám vyhovovala?

reviews = Co by vám pomohlo udělat si názor?
    .opinions = Názory zákazníků
    .photos = Fotky od zákazníků
    .tests = Nezávislý test
    .remind = Jedna otázka zůstala otevřená: co by vám pomohlo udělat si názor?

quality = O čem máte pochybnosti?
    .durability = Jak dlouho to vydrží
    .material = Materiál a zpracování
    .warranty = Záruka
    .remind = Jedna otázka zůstala otevřená: o čem máte pochybnosti?

shipping = Co vám na dopravě vadí?
    .cost = Je příliš drahá
    .time = Trvá příliš dlouho
    .destination = Doručení ke mně
    .remind = Jedna otázka zůstala otevřená: co vám na dopravě vadí?

trust = Co by vám dodalo jistotu?
    .shop = Že je obchod skutečný
    .payment = Bezpečná platba
    .returns = Snadné vrácení
    .remind = Jedna otázka zůstala otevřená: co by vám dodalo jistotu?

fit = V čem máte nejasno?
    .size = Velikost
    .compatibility = Kompatibilita
    .style = Barva nebo styl
    .remind = Jedna otázka zůstala otevřená: v čem máte nejasno?

timing = Kdy by se vám to hodilo? Nespěchá to.
    .this_week = Tento týden
    .this_month = Tento měsíc
    .later = Později
    .remind = Jedna otázka zůstala otevřená: kdy by se vám to hodilo?

approval = Mám vám poslat krátké shrnutí, které můžete předat dál?
    .summary = Ano, prosím
    .by_myself = Ne, děkuji
    .remind = Jedna otázka zůstala otevřená: mám vám poslat krátké shrnutí, které můžete předat dál?

other = Řeknete nám, co to bylo? Napište to vlastními slovy, nebo klepněte na odpověď.
    .checkout_problem = Chyba při objednávání
    .just_looking = Jen se rozhlížím
    .rather_not_say = Raději neřeknu
    .remind = Jedna otázka zůstala otevřená: řeknete nám, co to bylo?

other-noted = Děkujeme za odpověď. Někdo z obchodu { $shop } si ji přečte.

checkout-problem = Omlouváme se, to se nemělo stát. Někdo z obchodu { $shop } to prověří a odpoví vám tady.

solved = Pomůže vám to?
    .yes = Ano, děkuji
    .no = Moc ne
    .person = Mluvit s člověkem
    .remind = Poslední otázka: pomůže vám naše odpověď?

contact = Přejete si být kontaktováni jinak? Napište telefonní číslo nebo e-mailovou adresu a budete-li chtít, i kdy se vám to hodí. Můžete to přeskočit.
    .remind = Jedna otázka zůstává otevřená: přejete si být kontaktováni jinak?

person = Jistě. Někdo z obchodu { $shop } vám odpoví tady.

end-helped = To nás těší. Děkujeme za odpověď a přejeme vše dobré.
end-not-helped = Děkujeme za upřímnost, pomáhá nám se zlepšovat. Nebudeme naléhat.
end-answered = Děkujeme, vaše odpověď nám pomůže se zlepšit. Už vás nebudeme rušit.
end-handed = Děkujeme. Ozve se vám člověk z obchodu { $shop }.
end-no-longer-needed = Děkujeme za odpověď. Znovu už se ptát nebudeme. Přejeme vše dobré.
end-bought-elsewhere = Děkujeme za odpověď. Ať vám dobře slouží! Znovu už se ptát nebudeme.
