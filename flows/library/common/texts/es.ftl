# Lo que dice Holdback en todos los flujos y canales. Trato de usted; sin forma masculina ni femenina de quien lee.

## Botones junto a cada pregunta
button-person = Hablar con una persona
button-stop = No más mensajes
button-change = No es eso
button-done = Listo

## Texto libre
understood = He entendido: { $label }.
which-one = No sé si lo he entendido bien. ¿Cuál de estas respuestas se acerca más?
which-most = Ha mencionado varias cosas. ¿Cuál pesa más?
pick-some = Por favor, elija al menos una opción o escriba unas palabras.
unclear = Perdone, no lo he entendido. Toque una de las respuestas o dígalo de otra manera.
answered-mark = ✓ { $label }
closed-mark = Esta pregunta está cerrada.

## En cualquier momento
confirm-stop = ¿Dejo de escribirle?
    .yes = Sí, no más mensajes
    .no = No, sigamos
stopped = Hecho. No volveremos a escribirle. Que le vaya muy bien.
confirm-delete = ¿Borramos todo lo que sabemos de usted? No se puede deshacer.
    .yes = Sí, bórrenlo
    .no = No, guárdenlo
deleting = Estamos borrando sus datos. Este es nuestro último mensaje. Que le vaya muy bien.
handed-over = Claro. Una persona de { $shop } le responderá aquí.
question-passed = Buena pregunta. Se la he pasado a una persona de { $shop }, que le responderá aquí.
later = De acuerdo. Le preguntaré de nuevo dentro de tres días. Si prefiere que no, escriba «baja».
later-until = De acuerdo. Le preguntaré de nuevo el { $when }. Si prefiere que no, escriba «baja».
says-bought = ¡Qué bien, gracias! Entonces no tenemos más preguntas. ¡Que lo disfrute!
back = Gracias por su paciencia. Seguimos donde lo dejamos:
nothing-open = Ahora no hay ninguna pregunta abierta. /help muestra lo que puedo hacer.
already-answered = Esta pregunta ya está respondida. ¡Gracias!
go-on = Muy bien, sigamos.

## Comandos
help = Soy el asistente de { $shop }. Pregunto qué le hizo dudar y transmito su respuesta. Toque una respuesta o escriba con sus palabras.
help-commands = /language cambia el idioma, /privacy dice qué guardamos, /stop lo detiene todo. Escriba «persona» para hablar con una persona.
why = Mostró interés en { $shop } y aceptó que le escribiéramos. Preguntamos qué le hizo dudar para poder ayudarle o mejorar.
privacy = { $shop } guarda sus respuestas y su contacto solo para responderle y mejorar. /mydata lo muestra, /forget lo borra, /stop detiene los mensajes.
privacy-link = Más información: { $url }
language-choose = ¿Qué idioma prefiere?
language-set = Seguimos en español.
welcome = Hola, soy el asistente de { $shop }.
stopped-before = Nos pidió que paráramos, así que no le escribimos. Envíe /start si quiere hablar de nuevo.
link-invalid = Este enlace ya no funciona. Escriba /start para empezar.
mydata-link = Aquí puede ver y borrar lo que sabemos de usted, elegir dónde le escribimos o hacer una pausa: { $url }
limited = De acuerdo: a partir de ahora no le haremos más preguntas.
paused = De acuerdo. Hasta el { $when }, no le escribiremos por iniciativa propia. Puede responder cuando quiera.

## Nombres de los comandos en el menú de Telegram
command-start = Empezar
command-help = Qué puedo hacer
command-language = Cambiar el idioma
command-privacy = Qué guardamos y por qué
command-why = ¿Por qué me escriben?
command-mydata = Ver mis datos
command-limit = No más preguntas
command-forget = Borrar mis datos
command-stop = Detener todos los mensajes

## En todos los correos
email-greeting = { $has_name ->
    [yes] Hola, { $name }:
   *[no] Hola:
}
email-answer-hint = Toque una respuesta: se abre una página donde la confirma con un toque más.
email-own-words = Responder con mis palabras
email-telegram = Seguir en Telegram
email-why = Recibe este correo porque mostró interés en { $shop } y el { $date } aceptó que le preguntáramos.
email-why-nodate = Recibe este correo porque mostró interés en { $shop } y aceptó que le preguntáramos.
email-sent-by = Enviado por { $shop }
email-unsubscribe = Darse de baja
email-preferences = Preferencias
email-why-link = ¿Por qué me escriben?
email-confirm-subject = Confirme su dirección de correo, por favor
email-confirm-preheader = Un solo toque y podremos hacerle una pregunta breve.
email-confirm-text = Alguien dio esta dirección en { $shop } para una pregunta breve. Si fue usted, confírmela, por favor. Si no, no haga nada: no volveremos a escribirle.
email-confirm-button = Sí, esta es mi dirección
email-confirm-why = Recibe este correo porque alguien dio esta dirección en { $shop }. Hasta que la confirme, no le escribiremos nada más.

## La página de la encuesta
web-title = Una pregunta de { $shop }
web-confirm = Ha elegido:
web-confirm-button = Enviar esta respuesta
web-choose-other = Elegir otra respuesta
web-change = Cambiar
web-change-to = ¿Qué desea responder en su lugar? La conversación continuará desde ahí.
web-progress = Pregunta { $number } de { $most } como máximo
web-own-words-label = O con sus propias palabras
web-send = Enviar
web-you = Usted
web-bot-line = Está hablando con el asistente de { $shop }.
web-person-line = Le está escribiendo una persona de { $shop }.
web-telegram = Seguir en Telegram
web-ended = Esta conversación ha terminado. Gracias.
web-wait = Un momento, su respuesta está en camino.
web-empty-answer = Elija una respuesta o escriba unas palabras.
web-too-long = Su texto tiene más de { $limit } caracteres. Acórtelo, por favor.
web-stale = Esta pregunta ya se respondió; seguimos desde aquí.
web-copy-code = Su código
web-copy-button = Copiar
web-copied = Copiado
web-language = Idioma
web-privacy = Qué guardamos y por qué
web-controls = Sus opciones

## La página de un enlace equivocado o caducado
link-wrong-title = Este enlace no funciona
link-wrong-text = Este enlace está incompleto o ya no es válido. No se ha guardado nada. Abra de nuevo el último mensaje de la tienda.

## Las páginas de preferencias y de baja
confirm-title = ¿Es esta su dirección?
confirm-text = Confirme, por favor, que { $shop } puede hacerle una pregunta breve por correo. Puede retirar su consentimiento en cualquier momento.
confirm-button = Sí, pueden preguntarme
confirm-else = Si prefiere que no, no tiene que hacer nada: no volveremos a escribirle.
prefs-title = Sus opciones
prefs-why = Mostró interés en { $shop } y aceptó que le escribiéramos. Preguntamos qué le hizo dudar para poder ayudarle o mejorar.
prefs-where = ¿Dónde podemos escribirle?
prefs-email = Por correo
prefs-telegram = En Telegram
prefs-closed = Por ahora, nuestros mensajes no llegan ahí.
prefs-where-hint = Sin ninguna marca, no le escribimos en ningún sitio.
prefs-where-button = Guardar
prefs-saved = Guardado.
prefs-pause-title = ¿Prefiere un descanso?
prefs-pause = No le escribiremos por iniciativa propia durante
prefs-pause-week = una semana
prefs-pause-month = un mes
prefs-pause-quarter = tres meses
prefs-pause-button = Hacer una pausa
prefs-paused = Hasta el { $date } no le escribiremos por iniciativa propia. Usted puede escribir o responder cuando quiera.
prefs-resume-button = Terminar la pausa
prefs-stop-button = Detener todos los mensajes
prefs-stopped = Hecho. No recibirá más mensajes.
prefs-language-button = Guardar el idioma
prefs-export-button = Descargar mis datos
prefs-erase-button = Borrar mis datos
prefs-erase-confirm = ¿Borramos todo lo que sabemos de usted? No se puede deshacer.
prefs-erased = Estamos borrando sus datos. No volverá a saber de nosotros. Que le vaya muy bien.
unsubscribe-title = Darse de baja
unsubscribe-text = Un toque y dejamos de escribirle.
unsubscribe-button = Darme de baja

## Tras una interrupción
away-notice = Me ausenté un momento. Si tocó una respuesta, tóquela otra vez, por favor.
away-page = O responda aquí: { $url }
away-sorry = Perdone, he estado ausente y quizá no recibí su respuesta. Aquí tiene la pregunta de nuevo:

## Nombres de los obstáculos, para el personal y las exportaciones
barrier-price = Precio
barrier-reviews = Pocas opiniones
barrier-quality = Calidad
barrier-shipping = Envío
barrier-trust = Confianza
barrier-fit = Adecuación
barrier-timing = Momento
barrier-approval = Decide otra persona
barrier-no_longer_needed = Ya no interesa
barrier-bought_elsewhere = Comprado en otro sitio
barrier-other = Otro motivo

## Nombres de los tipos de oferta
kind-discount = Descuento
kind-free_shipping = Envío gratis
kind-review_digest = Resumen de opiniones
kind-guarantee = Garantía
kind-sample = Muestra
kind-brochure = Folleto
kind-appointment = Cita
kind-callback = Respuesta de una persona
kind-nothing = Sin oferta

## Página de privacidad
privacy-title = Qué guardamos y por qué
privacy-who-title = Quién es responsable
privacy-who = { $shop } hace estas preguntas y es responsable de tus datos.
privacy-what-title = Qué se guarda
privacy-what-answers = Tus respuestas, palabra por palabra, y cuándo las diste.
privacy-what-reach = Cómo contactarte, si tú o la tienda nos lo disteis: correo, teléfono o Telegram.
privacy-what-interest = Qué te interesaba, qué ofertas recibiste y si llegaste a comprar.
privacy-what-consent = Cuándo y cómo aceptaste que te escribiéramos, y cuándo lo retiraste.
privacy-why-title = Por qué
privacy-why = Para responderte y saber qué frena a la gente. Se basa en tu consentimiento, que puedes retirar en cualquier momento.
privacy-sees-title = Quién lo ve
privacy-sees = Solo quienes trabajan para { $shop }. No se vende nada. Los mensajes pasan por servidores de correo o por Telegram.
privacy-rights-title = Qué puedes hacer
privacy-rights = Cada mensaje lleva a tus opciones: allí puedes parar los mensajes, descargar tus datos o pedir que se borren.
privacy-complain = También puedes acudir a la autoridad de protección de datos de tu lugar de residencia.
privacy-page-title = Estas páginas
privacy-page = Las páginas que te preguntan no usan cookies, no cargan nada de otros sitios y no siguen a nadie.

# The poster in the shop, and the page behind its code
door-closed = En este momento no hay ninguna pregunta aquí. Gracias por su visita.
door-anonymous = No sabemos quién es usted, y no hace falta que nos lo diga.
door-telegram = Responder en Telegram
poster-title = ¿Aún tiene dudas?
poster-line = ¿Podemos preguntarle qué le detiene? Basta un toque, y nos ayuda a mejorar.
poster-line-product = ¿Podemos preguntarle qué le hace dudar de { $product }? Basta un toque, y nos ayuda a mejorar.
poster-scan = Escanee el código con su teléfono o abra esta dirección:
poster-telegram = El código abre un chat en Telegram. Sin Telegram, abra esta dirección:
poster-free = Es voluntario, y sin nombre si usted no lo da.
# Read out in the shop before an address is kept for writing
walkin-consent = ¿Puede { $shop } escribirle por correo electrónico sobre este asunto y preguntarle qué le falta? Puede dejar de recibirlo en cualquier momento.

## Questions answered in words
button-skip = Omitir
ask-again-number = Por favor, escríbalo como número, por ejemplo 12 o 49,50.
ask-again-day = Por favor, escríbalo como fecha, por ejemplo 2026-11-21.
ask-again-yes-no = Por favor, responda sí o no.
ask-again-contact = No he encontrado ningún teléfono ni correo electrónico. Por favor, escriba uno de ellos y, si lo desea, cuándo le viene bien.
ask-again-email = No he encontrado ninguna dirección de correo. Por favor, escríbala así: nombre@example.com.
ask-again-phone = No he encontrado ningún número de teléfono. Por favor, escríbalo con sus cifras, por ejemplo +34 612 345 678.
ask-again-rating = Por favor, elija un número del 1 al { $scale }.
ask-again-words = Lo siento, no he podido leerlo. Por favor, escríbalo de otra manera.

## Facts that are kept, and why
privacy-facts-title = Datos que guardamos y por qué
privacy-facts = Podemos guardar sobre usted lo siguiente. Lo marcado como sensible nunca decide una oferta.
prefs-facts-title = Lo que sabemos de usted
prefs-facts-none = Todavía no sabemos nada de usted, salvo cómo contactarle.
prefs-fact-from-you = Nos lo dijo usted.
prefs-fact-yes = Sí
prefs-fact-no = No
why-facts = Aquí puede ver qué sabemos de usted y por qué lo guardamos: { $url }
privacy-facts-sensitive = Sensible
