# Amit egy ajánlat mond. Lejárat csak akkor áll itt, ha igaz.

discount_10 = Tegyünk egy lépést egymás felé: { $percent }% kedvezmény ezzel a kóddal: { $code } (érvényes eddig: { $until }).
free_shipping = A szállítást mi álljuk. Rendeléskor írja be ezt a kódot: { $code } (érvényes eddig: { $until }).
review_digest = Itt olvashatja egy oldalon, mi tetszett a vásárlóknak és mi nem. Semmit sem hagytunk ki.
    .link = Vélemények elolvasása
guarantee = 30 napig otthon kipróbálhatja. Ha nem válik be, küldje vissza, és visszakapja a pénzét.
    .link = A garancia elolvasása
sample = Szívesen küldünk egy ingyenes mintát, hogy saját maga ítélhesse meg. Egy munkatársunk ({ $shop }) megkérdezi, hová küldjük.
brochure = Itt van egy rövid összefoglaló a tudnivalókkal és az árral: megtarthatja vagy továbbadhatja. Nem sürgős.
    .link = Összefoglaló megnyitása
appointment = Szívesen tartunk Önnek egy rövid bemutatót, videón vagy az üzletben. Egy munkatársunk ({ $shop }) javasol majd időpontot.
callback = Egy munkatársunk ({ $shop }) szívesen válaszol a kérdéseire. Itt fog írni Önnek.
nothing = Ezúttal nincs ajánlatunk. A válasza azokhoz jut el, akik változtatni tudnak.
