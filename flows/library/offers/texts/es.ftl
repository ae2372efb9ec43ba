# Lo que dice una oferta. Solo se menciona una fecha de caducidad si es verdadera.
# Delante de % va un espacio de no separación.

discount_10 = Queremos ponérselo más fácil: { $percent } % de descuento con el código { $code }, válido hasta el { $until }.
free_shipping = El envío corre de nuestra cuenta: use el código { $code } al hacer su pedido. Es válido hasta el { $until }.
review_digest = Aquí tiene lo que gustó y lo que no a quienes ya compraron, en una página y sin omitir nada.
    .link = Leer las opiniones
guarantee = Puede probarlo en casa durante 30 días. Si no le convence, lo devuelve y recupera su dinero.
    .link = Leer la garantía
sample = Nos gustaría enviarle una muestra gratis, para que la pruebe con calma. Una persona de { $shop } le preguntará adónde enviarla.
brochure = Aquí tiene un breve resumen con los datos y el precio, para guardar o compartir. Sin prisa.
    .link = Abrir el resumen
appointment = Si quiere, le hacemos una breve demostración, por vídeo o en la tienda. Una persona de { $shop } le propondrá una hora.
callback = Una persona de { $shop } responderá con gusto a sus preguntas. Le escribirá aquí.
nothing = Esta vez no tenemos ninguna oferta. Su respuesta llega a quienes pueden cambiar las cosas.
