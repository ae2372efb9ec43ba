# Ce que dit une offre. Une date limite n’y figure que si elle est vraie.
# Devant ? ! : ; et % il y a une espace insécable.

discount_10 = Faisons chacun un pas : { $percent } % de remise avec le code { $code }, valable jusqu’au { $until }.
free_shipping = La livraison est offerte : utilisez le code { $code } en commandant. Il est valable jusqu’au { $until }.
review_digest = Voici ce que les acheteurs ont aimé et moins aimé, sur une page, sans rien omettre.
    .link = Lire les avis
guarantee = Vous pouvez l’essayer chez vous pendant 30 jours. Si cela ne va pas, renvoyez-le : nous vous remboursons.
    .link = Lire la garantie
sample = Nous aimerions vous envoyer un échantillon gratuit, pour que vous puissiez juger. Quelqu’un chez { $shop } vous demandera où l’envoyer.
brochure = Voici un court résumé avec l’essentiel et le prix, à garder ou à transmettre. Rien ne presse.
    .link = Ouvrir le résumé
appointment = Nous vous invitons à une courte démonstration, en vidéo ou en boutique. Quelqu’un chez { $shop } vous proposera un créneau.
callback = Quelqu’un chez { $shop } répondra volontiers à vos questions et vous écrira ici.
nothing = Cette fois, nous n’avons pas d’offre à vous faire. Votre réponse est transmise aux personnes qui peuvent changer les choses.
