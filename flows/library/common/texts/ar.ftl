# ما يقوله Holdback في كل مسار وعلى كل قناة. فصحى مبسّطة، بصيغ تصلح للمذكر والمؤنث.
# قبل كل أمر يبدأ بشرطة مائلة علامة اتجاه (U+200E)، ويبدأ كل نص بكلمة عربية.

## أزرار بجانب كل سؤال
button-person = التحدث مع موظف
button-stop = أوقفوا الرسائل
button-change = ليس هذا قصدي
button-done = تم

## نص حر
understood = فهمت: { $label }.
which-one = ربما لم أفهم جيدًا. أيّ هذه الإجابات أقرب إلى قصدك؟
which-most = ذكرت عدة أمور. أيها الأهم؟
pick-some = يُرجى اختيار واحد على الأقل أو كتابة بضع كلمات.
unclear = عذرًا، لم أفهم. يمكنك لمس إحدى هذه الإجابات أو قول ذلك بطريقة أخرى.
answered-mark = ✓ { $label }
closed-mark = هذا السؤال مغلق.

## في أي لحظة
confirm-stop = هل أتوقف عن الكتابة إليك؟
    .yes = نعم، توقّف
    .no = لا، لنكمل
stopped = تم. لن نكتب إليك مرة أخرى. مع أطيب التمنيات.
confirm-delete = هل نحذف كل ما نعرفه عنك؟ لا يمكن التراجع عن ذلك.
    .yes = نعم، احذفوه
    .no = لا، احتفظوا به
deleting = يجري حذف بياناتك. هذه آخر رسالة منا. مع أطيب التمنيات.
handed-over = بالتأكيد. سيردّ عليك هنا موظف من { $shop }.
question-passed = سؤال جيد. نقلته إلى موظف من { $shop }، وسيردّ عليك هنا.
later = بالتأكيد. سأسأل مرة أخرى بعد ثلاثة أيام. إن لم يناسبك ذلك، تكفي كتابة «إيقاف».
later-until = بالتأكيد. سأسأل مرة أخرى يوم { $when }. إن لم يناسبك ذلك، تكفي كتابة «إيقاف».
says-bought = رائع، شكرًا! إذن ليست لدينا أسئلة أخرى. نتمنى لك الاستمتاع به.
back = شكرًا على صبرك. نعود إلى حيث كنا:
nothing-open = لا يوجد سؤال مفتوح الآن. الأمر ‎/help يعرض ما يمكنني فعله.
already-answered = سبقت الإجابة عن هذا السؤال. شكرًا!
go-on = حسنًا، لنكمل.

## الأوامر
help = أنا المساعد الآلي لدى { $shop }. أسأل عن سبب ترددك وأنقل إجابتك. يمكنك لمس إجابة أو الكتابة بكلماتك.
help-commands = الأوامر: ‎/language لتغيير اللغة، ‎/privacy لمعرفة ما نحفظه، ‎/stop للإيقاف فورًا. للتحدث مع موظف، تكفي كتابة «موظف».
why = أبديت اهتمامًا بمنتجات { $shop } ووافقت على أن نكتب إليك. نسأل عن سبب ترددك كي نساعدك أو نحسّن خدمتنا.
privacy = يحفظ متجر { $shop } إجاباتك وبيانات التواصل للردّ عليك وتحسين الخدمة فقط. ‎/mydata لعرضها، ‎/forget لحذفها، ‎/stop لإيقاف الرسائل.
privacy-link = للمزيد: { $url }
language-choose = ما لغتك المفضلة؟
language-set = سنكمل باللغة العربية.
welcome = مرحبًا، أنا المساعد الآلي لدى { $shop }.
stopped-before = طلبت منا التوقف، لذلك لا نكتب إليك. للتحدث من جديد، يكفي إرسال ‎/start
link-invalid = هذا الرابط لم يعد يعمل. للبدء، يكفي إرسال ‎/start
mydata-link = هنا يمكنك رؤية ما نعرفه عنك وحذفه، واختيار أين نكتب إليك، أو إيقاف الرسائل مؤقتًا: { $url }
limited = حسنًا، لن نطرح عليك أسئلة أخرى من الآن فصاعدًا.
paused = حسنًا، لن نبادر بالكتابة إليك قبل يوم { $when }. يمكنك الإجابة في أي وقت.

## أسماء الأوامر في قائمة تيليجرام
command-start = البدء
command-help = ما يمكنني فعله
command-language = تغيير اللغة
command-privacy = ما نحفظه ولماذا
command-why = لماذا تكتبون إليّ؟
command-mydata = عرض بياناتي
command-limit = لا مزيد من الأسئلة
command-forget = حذف بياناتي
command-stop = إيقاف كل الرسائل

## في كل بريد
email-greeting = { $has_name ->
    [yes] مرحبًا { $name }،
   *[no] مرحبًا،
}
email-answer-hint = عند لمس إجابة تُفتح صفحة لتأكيدها بلمسة أخرى.
email-own-words = الإجابة بكلماتي
email-telegram = المتابعة في تيليجرام
email-why = تصلك هذه الرسالة لأنك أبديت اهتمامًا بمنتجات { $shop } ووافقت بتاريخ { $date } على أن نسألك.
email-why-nodate = تصلك هذه الرسالة لأنك أبديت اهتمامًا بمنتجات { $shop } ووافقت على أن نسألك.
email-sent-by = المرسل: { $shop }
email-unsubscribe = إلغاء الاشتراك
email-preferences = التفضيلات
email-why-link = لماذا تكتبون إليّ؟
email-confirm-subject = يرجى تأكيد عنوان بريدك الإلكتروني
email-confirm-preheader = لمسة واحدة، ثم نطرح عليك سؤالًا قصيرًا واحدًا.
email-confirm-text = أُعطي هذا العنوان لدى { $shop } من أجل سؤال قصير بالبريد. إن كنت أنت، فنرجو تأكيده. وإن لم تكن، فلا داعي لفعل أي شيء: لن نكتب إليك مرة أخرى.
email-confirm-button = نعم، هذا عنواني
email-confirm-why = تصلك هذه الرسالة لأن هذا العنوان أُعطي لدى { $shop }. لن نكتب إليك أي شيء آخر قبل أن تؤكده.

## صفحة الاستبيان
web-title = سؤال من { $shop }
web-confirm = اخترت:
web-confirm-button = إرسال هذه الإجابة
web-choose-other = اختيار إجابة أخرى
web-change = تغيير
web-change-to = ما إجابتك الجديدة؟ ستتابع المحادثة من هناك.
web-progress = السؤال { $number } من { $most } على الأكثر
web-own-words-label = أو بكلماتك
web-send = إرسال
web-you = أنت
web-bot-line = محادثتك الآن مع المساعد الآلي لدى { $shop }.
web-person-line = يكتب إليك الآن موظف من { $shop }.
web-telegram = المتابعة في تيليجرام
web-ended = انتهت هذه المحادثة. شكرًا.
web-wait = لحظة، إجابتك في الطريق.
web-empty-answer = يرجى اختيار إجابة أو كتابة بضع كلمات.
web-too-long = النص طويل. الحد الأقصى لعدد الأحرف هو { $limit }. يرجى اختصاره.
web-stale = سبقت الإجابة عن هذا السؤال، وهذا ما وصلنا إليه.
web-copy-code = رمزك
web-copy-button = نسخ
web-copied = تم النسخ
web-language = اللغة
web-privacy = ما نحفظه ولماذا
web-controls = خياراتك

## صفحة الرابط الخاطئ أو المنتهي
link-wrong-title = هذا الرابط لا يعمل
link-wrong-text = هذا الرابط غير مكتمل أو لم يعد صالحًا. لم يُسجَّل أي شيء. يرجى فتح أحدث رسالة من المتجر مرة أخرى.

## صفحتا التفضيلات وإلغاء الاشتراك
confirm-title = هل هذا عنوانك؟
confirm-text = يرجى تأكيد أنه يمكن لـ { $shop } أن يطرح عليك سؤالًا قصيرًا بالبريد الإلكتروني. يمكنك التراجع عن ذلك في أي وقت.
confirm-button = نعم، يمكنكم سؤالي
confirm-else = إن كنت لا ترغب في ذلك، فلا داعي لفعل أي شيء: لن نكتب إليك مرة أخرى.
prefs-title = خياراتك
prefs-why = أبديت اهتمامًا بمنتجات { $shop } ووافقت على أن نكتب إليك. نسأل عن سبب ترددك كي نساعدك أو نحسّن خدمتنا.
prefs-where = أين يمكننا الكتابة إليك؟
prefs-email = عبر البريد الإلكتروني
prefs-telegram = عبر تيليجرام
prefs-closed = لا تصل رسائلنا إلى هناك في الوقت الحالي.
prefs-where-hint = من دون أي علامة لا نكتب إليك في أي مكان.
prefs-where-button = حفظ
prefs-saved = تم الحفظ.
prefs-pause-title = هل نتوقف عن الكتابة لفترة؟
prefs-pause = لن نبادر بالكتابة إليك لمدة
prefs-pause-week = أسبوع
prefs-pause-month = شهر
prefs-pause-quarter = ثلاثة أشهر
prefs-pause-button = إيقاف مؤقت
prefs-paused = لن نبادر بالكتابة إليك قبل { $date }. يمكنك الكتابة أو الإجابة في أي وقت.
prefs-resume-button = إنهاء الإيقاف المؤقت
prefs-stop-button = إيقاف كل الرسائل
prefs-stopped = تم. لن تصلك أي رسائل أخرى.
prefs-language-button = حفظ اللغة
prefs-export-button = تنزيل بياناتي
prefs-erase-button = حذف بياناتي
prefs-erase-confirm = هل نحذف كل ما نعرفه عنك؟ لا يمكن التراجع عن ذلك.
prefs-erased = يجري حذف بياناتك. لن تصلك منا أي رسالة أخرى. مع أطيب التمنيات.
unsubscribe-title = إلغاء الاشتراك
unsubscribe-text = لمسة واحدة ونتوقف عن الكتابة إليك.
unsubscribe-button = إلغاء اشتراكي

## بعد انقطاع الخدمة
away-notice = غبت للحظات. إذا سبق أن لمست إجابة، فيرجى لمسها مرة أخرى.
away-page = أو الإجابة من هنا: { $url }
away-sorry = عذرًا، غبت لبعض الوقت وربما فاتتني إجابتك. إليك السؤال مرة أخرى:

## أسماء العوائق للموظفين والتصدير
barrier-price = السعر
barrier-reviews = قلة التقييمات
barrier-quality = الجودة
barrier-shipping = الشحن
barrier-trust = الثقة
barrier-fit = الملاءمة
barrier-timing = التوقيت
barrier-approval = القرار لشخص آخر
barrier-no_longer_needed = لم يعد مرغوبًا
barrier-bought_elsewhere = شراء من مكان آخر
barrier-other = سبب آخر

## أسماء أنواع العروض
kind-discount = خصم
kind-free_shipping = شحن مجاني
kind-review_digest = ملخص التقييمات
kind-guarantee = ضمان
kind-sample = عيّنة
kind-brochure = كتيّب
kind-appointment = موعد
kind-callback = ردّ من موظف
kind-nothing = بلا عرض

## صفحة الخصوصية
privacy-title = ما نحفظه ولماذا
privacy-who-title = من المسؤول
privacy-who = يطرح { $shop } هذه الأسئلة وهو المسؤول عن بياناتك.
privacy-what-title = ما الذي يُحفظ
privacy-what-answers = إجاباتك كما كتبتها تمامًا، ووقت كل إجابة.
privacy-what-reach = وسيلة الوصول إليك إن قدّمتها أنت أو المتجر: البريد الإلكتروني أو الهاتف أو تيليجرام.
privacy-what-interest = ما نال اهتمامك، والعروض التي وصلتك، وهل اشتريت.
privacy-what-consent = متى وكيف وافقت على أن نكتب إليك، ومتى سحبت موافقتك.
privacy-why-title = لماذا
privacy-why = كي نجيبك ونعرف ما يجعل الناس يترددون. أساس ذلك موافقتك، ويمكنك سحبها في أي وقت.
privacy-sees-title = من يطّلع عليه
privacy-sees = العاملون لدى { $shop } فقط. لا يُباع شيء. تمر الرسائل عبر خوادم البريد أو تيليجرام.
privacy-rights-title = ما يمكنك فعله
privacy-rights = كل رسالة تقود إلى خياراتك: هناك يمكنك إيقاف الرسائل أو تنزيل بياناتك أو حذفها.
privacy-complain = يمكنك أيضًا اللجوء إلى هيئة حماية البيانات في بلدك.
privacy-page-title = هذه الصفحات
privacy-page = الصفحات التي تسألك لا تستخدم ملفات تعريف الارتباط، ولا تحمّل شيئًا من مكان آخر، ولا تتعقب أحدًا.

# The poster in the shop, and the page behind its code
door-closed = لا يوجد سؤال هنا في الوقت الحالي. شكرًا لزيارتكم.
door-anonymous = لا نعرف من أنتم، ولا حاجة إلى إخبارنا بذلك.
door-telegram = الإجابة عبر تيليجرام
poster-title = هل ما زلتم مترددين؟
poster-line = هل تسمحون لنا أن نسأل عمّا يمنعكم؟ تكفي لمسة واحدة، وهي تساعدنا على أن نكون أفضل.
poster-line-product = هل تسمحون لنا أن نسأل عمّا يجعلكم تترددون بشأن { $product }؟ تكفي لمسة واحدة، وهي تساعدنا على أن نكون أفضل.
poster-scan = امسحوا الرمز بهاتفكم، أو افتحوا هذا العنوان:
poster-telegram = يفتح الرمز محادثة في تيليجرام. ومن دون تيليجرام افتحوا هذا العنوان:
poster-free = الإجابة اختيارية، ومن دون اسم ما لم تذكروه.
# Read out in the shop before an address is kept for writing
walkin-consent = هل تسمحون بأن يكتب إليكم { $shop } بالبريد الإلكتروني بهذا الشأن وأن يسأل عمّا ينقصكم؟ يمكنكم إيقاف ذلك في أي وقت.

## Questions answered in words
button-skip = تخطٍّ
ask-again-number = يرجى كتابته رقمًا، مثل 12 أو 49.50.
ask-again-day = يرجى كتابته تاريخًا، مثل 2026-11-21.
ask-again-yes-no = يرجى الإجابة بنعم أو لا.
ask-again-contact = لم أجد فيه رقم هاتف ولا عنوان بريد إلكتروني. يرجى كتابة أحدهما، وإن أحببت فالوقت الذي يناسبك.
ask-again-email = لم أجد عنوان بريد إلكتروني في رسالتك. يُرجى كتابته بهذا الشكل: name@example.com
ask-again-phone = لم أجد رقم هاتف في رسالتك. يُرجى كتابته بالأرقام.
ask-again-rating = يُرجى اختيار رقم من 1 إلى { $scale }.
ask-again-words = عذرًا، لم أتمكن من قراءة ذلك. يرجى كتابته بطريقة أخرى.

## Facts that are kept, and why
privacy-facts-title = ما نحتفظ به ولماذا
privacy-facts = قد نحتفظ عنك بما يلي. وما وُسم بأنه حسّاس لا يُبنى عليه أي عرض أبدًا.
prefs-facts-title = ما نعرفه عنك
prefs-facts-none = لا نعرف عنك شيئًا بعد سوى كيفية الوصول إليك.
prefs-fact-from-you = أنت أخبرتنا.
prefs-fact-yes = نعم
prefs-fact-no = لا
why-facts = يمكنك أن ترى هنا ما نعرفه عنك ولماذا نحتفظ به: { $url }
privacy-facts-sensitive = حسّاس
