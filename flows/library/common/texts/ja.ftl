# どのフローでも、どの経路でも使う文面。です・ます調。

## すべての質問に添えるボタン
button-person = 担当者と話したい
button-stop = 配信を停止する
button-change = そうではありません
button-done = 選び終わりました

## 自由記入
understood = 「{ $label }」ですね。
which-one = うまく理解できなかったかもしれません。次のうち、どれがいちばん近いですか？
which-most = いくつか挙げていただきました。いちばん大きな理由はどれですか？
pick-some = 一つ以上お選びいただくか、ひと言お書きください。
unclear = 申し訳ありません、理解できませんでした。ボタンでお答えいただくか、別の言い方でお書きください。
answered-mark = ✓ { $label }
closed-mark = この質問は終了しました。

## いつでも
confirm-stop = メッセージの送信を停止しますか？
    .yes = はい、停止する
    .no = いいえ、続ける
stopped = 停止しました。今後、メッセージはお送りしません。ありがとうございました。
confirm-delete = お預かりしている情報をすべて削除しますか？元に戻すことはできません。
    .yes = はい、削除する
    .no = いいえ、残す
deleting = お客様の情報を削除しています。これが最後のメッセージです。ありがとうございました。
handed-over = かしこまりました。{ $shop }の担当者がこちらでお返事します。
question-passed = ご質問ありがとうございます。{ $shop }の担当者に伝えました。こちらでお返事します。
later = 承知しました。3日後にもう一度お尋ねします。ご不要でしたら「停止」とお送りください。
later-until = 承知しました。{ $when } にもう一度お尋ねします。ご不要でしたら「停止」とお送りください。
says-bought = ご購入ありがとうございます！それでは、質問はここまでです。どうぞお楽しみください。
back = お待たせしました。前の質問の続きです。
nothing-open = 現在、お答えいただく質問はありません。できることは /help でご覧いただけます。
already-answered = この質問にはすでにお答えいただいています。ありがとうございます。
go-on = それでは、続けましょう。

## コマンド
help = { $shop }の自動アシスタントです。気になった点をお尋ねし、お答えを担当者に伝えます。ボタンでも、ご自由に書いていただいても結構です。
help-commands = /language で言語の変更、/privacy で保存内容の確認、/stop で停止ができます。担当者と話すには「担当者」とお送りください。
why = { $shop }に関心をお寄せになり、ご連絡に同意いただいたためです。お役に立つため、また改善のため、気になった点をお尋ねしています。
privacy = { $shop }は、お返事と改善のためだけに、お答えとご連絡先を保存します。/mydata で確認、/forget で削除、/stop で停止ができます。
privacy-link = 詳しくはこちら：{ $url }
language-choose = どの言語をご希望ですか？
language-set = これからは日本語でご案内します。
welcome = こんにちは、{ $shop }の自動アシスタントです。
stopped-before = 停止のご希望を受け、メッセージはお送りしていません。再開するには /start とお送りください。
link-invalid = このリンクは使えなくなりました。始めるには /start とお送りください。
mydata-link = お預かりしている情報の確認・削除、ご連絡方法の選択、一時停止はこちら：{ $url }
limited = 承知しました。今後、追加の質問はお送りしません。
paused = 承知しました。{ $when }まで、こちらからはご連絡しません。ご回答はいつでもお受けします。

## Telegram のメニューに出るコマンド名
command-start = 始める
command-help = できること
command-language = 言語を変更する
command-privacy = 保存する情報とその理由
command-why = 連絡が届く理由
command-mydata = 自分の情報を見る
command-limit = 今後は質問しない
command-forget = 自分の情報を削除する
command-stop = すべてのメッセージを停止する

## すべてのメール
email-greeting = { $has_name ->
    [yes] { $name } 様
   *[no] お客様へ
}
email-answer-hint = 答えをタップするとページが開きます。もう一度タップすると、回答が確定します。
email-own-words = 自由に書いて答える
email-telegram = Telegramで続ける
email-why = { $shop }に関心をお寄せになり、{ $date }にご連絡への同意をいただいたため、このメールをお送りしています。
email-why-nodate = { $shop }に関心をお寄せになり、ご連絡への同意をいただいたため、このメールをお送りしています。
email-sent-by = 送信者：{ $shop }
email-unsubscribe = 配信停止
email-preferences = 受信の設定
email-why-link = このメールが届いた理由
email-confirm-subject = メールアドレスのご確認をお願いいたします
email-confirm-preheader = ワンタップでご確認いただけます。そのあと、短い質問を一つだけさせてください。
email-confirm-text = { $shop }にてこのメールアドレスをお預かりし、メールで短い質問をお送りすることにご同意いただきました。お心当たりがございましたら、ご確認をお願いいたします。お心当たりがない場合は、そのままで結構です。今後ご連絡することはございません。
email-confirm-button = はい、私のアドレスです
email-confirm-why = { $shop }にてこのアドレスが登録されたため、お送りしています。ご確認いただくまで、ほかのメールはお送りしません。

## アンケートのページ
web-title = { $shop }からのご質問
web-confirm = 選んだ答え：
web-confirm-button = この答えを送る
web-choose-other = 別の答えを選ぶ
web-change = 変更する
web-change-to = 代わりにどのようにお答えになりますか。そこから会話を続けます。
web-progress = 質問 { $number }（多くても { $most } 問です）
web-own-words-label = またはご自由にお書きください
web-send = 送信
web-you = あなた
web-bot-line = { $shop }の自動アシスタントが応対しています。
web-person-line = { $shop }の担当者が応対しています。
web-telegram = Telegramで続ける
web-ended = この会話は終了しました。ありがとうございました。
web-wait = 少々お待ちください。お答えを送信しています。
web-empty-answer = 答えを選ぶか、ひとことお書きください。
web-too-long = { $limit }文字を超えています。短くしてお送りください。
web-stale = この質問にはすでにお答えいただいています。現在の続きはこちらです。
web-copy-code = お客様のコード
web-copy-button = コピー
web-copied = コピーしました
web-language = 言語
web-privacy = 保存する情報とその理由
web-controls = お客様の設定

## 間違ったリンク、期限切れのリンクのページ
link-wrong-title = このリンクは使えません
link-wrong-text = リンクが途中で切れているか、期限が切れています。何も記録されていません。お店からの最新のメッセージをもう一度お開きください。

## 設定と配信停止のページ
confirm-title = お客様のメールアドレスでしょうか？
confirm-text = { $shop }からメールで短い質問をお送りしてもよろしいか、ご確認をお願いいたします。いつでも取り消していただけます。
confirm-button = はい、質問してかまいません
confirm-else = ご希望でない場合は、そのままで結構です。今後ご連絡することはございません。
prefs-title = お客様の設定
prefs-why = { $shop }に関心をお寄せになり、ご連絡に同意いただいたためです。お役に立つため、また改善のため、気になった点をお尋ねしています。
prefs-where = どちらにご連絡してよろしいですか？
prefs-email = メール
prefs-telegram = Telegram
prefs-closed = 現在、こちらにはメッセージが届きません。
prefs-where-hint = どちらにもチェックがない場合は、ご連絡しません。
prefs-where-button = 保存する
prefs-saved = 保存しました。
prefs-pause-title = ご連絡を一時停止しますか？
prefs-pause = こちらからのご連絡を止める期間
prefs-pause-week = 1週間
prefs-pause-month = 1か月
prefs-pause-quarter = 3か月
prefs-pause-button = 一時停止する
prefs-paused = { $date }まで、こちらからはご連絡しません。お客様からのご連絡やご回答はいつでもお受けします。
prefs-resume-button = 一時停止を終了する
prefs-stop-button = すべての配信を停止する
prefs-stopped = 停止しました。今後、メッセージは届きません。
prefs-language-button = 言語を保存する
prefs-export-button = 自分の情報をダウンロード
prefs-erase-button = 自分の情報を削除する
prefs-erase-confirm = お預かりしている情報をすべて削除しますか？元に戻すことはできません。
prefs-erased = お客様の情報を削除しています。今後、ご連絡することはありません。ありがとうございました。
unsubscribe-title = 配信停止
unsubscribe-text = ワンタップで、メッセージの送信を停止します。
unsubscribe-button = 配信を停止する

## 停止から復帰したとき
away-notice = しばらく応答できませんでした。お答えをタップされた場合は、お手数ですが、もう一度タップしてください。
away-page = こちらのページからもお答えいただけます：{ $url }
away-sorry = 申し訳ありません。しばらく応答できず、お返事を受け取れなかった可能性があります。ご質問をもう一度お送りします。

## 障壁の名前（スタッフ画面と書き出し）
barrier-price = 価格
barrier-reviews = 口コミ不足
barrier-quality = 品質
barrier-shipping = 配送
barrier-trust = 信頼
barrier-fit = 適合性
barrier-timing = 時期
barrier-approval = 決定者が別
barrier-no_longer_needed = もう不要
barrier-bought_elsewhere = 他店で購入
barrier-other = その他

## 特典の種類
kind-discount = 割引
kind-free_shipping = 送料無料
kind-review_digest = 口コミのまとめ
kind-guarantee = 保証
kind-sample = サンプル
kind-brochure = 資料
kind-appointment = 予約
kind-callback = 担当者からの返事
kind-nothing = 特典なし

## プライバシーのページ
privacy-title = 保存する内容とその理由
privacy-who-title = 責任者
privacy-who = { $shop } がこの質問を行い、お客様のデータについて責任を負います。
privacy-what-title = 保存する内容
privacy-what-answers = ご回答の内容（お書きいただいたとおり）と、その日時。
privacy-what-reach = お客様またはお店から伺った連絡先（メール、電話、Telegram）。
privacy-what-interest = ご関心のあった商品、お届けしたご提案、ご購入の有無。
privacy-what-consent = ご連絡に同意いただいた日時と方法、および同意を取り消された日時。
privacy-why-title = 目的
privacy-why = お客様にお答えし、購入を見送られる理由を知るためです。お客様の同意に基づいており、いつでも取り消せます。
privacy-sees-title = 閲覧できる人
privacy-sees = { $shop } で働く者だけです。販売することはありません。メッセージはメールサーバーまたはTelegramを経由します。
privacy-rights-title = お客様にできること
privacy-rights = どのメッセージからも設定のページを開けます。配信の停止、データのダウンロード、削除ができます。
privacy-complain = お住まいの地域のデータ保護機関に相談することもできます。
privacy-page-title = このページについて
privacy-page = 質問のページはCookieを使わず、外部から何も読み込まず、どなたの行動も追跡しません。

# The poster in the shop, and the page behind its code
door-closed = ただいまこちらでの質問はございません。お立ち寄りいただきありがとうございます。
door-anonymous = どなたの回答かは分かりません。お名前をお知らせいただく必要もございません。
door-telegram = Telegramで回答する
poster-title = まだお迷いですか？
poster-line = よろしければ、気になっている点をお聞かせください。一度タップするだけで、改善の助けになります。
poster-line-product = よろしければ、{ $product }について気になっている点をお聞かせください。一度タップするだけで、改善の助けになります。
poster-scan = スマートフォンでコードを読み取るか、次のアドレスを開いてください：
poster-telegram = コードを読み取るとTelegramのチャットが開きます。Telegramをお使いでない場合は、次のアドレスを開いてください：
poster-free = 回答は任意です。お名前は、お知らせいただかない限り分かりません。
# Read out in the shop before an address is kept for writing
walkin-consent = この件について、{ $shop }からメールをお送りし、ご不明な点などをお伺いしてもよろしいでしょうか。いつでも停止していただけます。

## Questions answered in words
button-skip = スキップ
ask-again-number = 12 や 49.50 のように、数字でご記入ください。
ask-again-day = 2026-11-21 のように、日付でご記入ください。
ask-again-yes-no = 「はい」か「いいえ」でお答えください。
ask-again-contact = 電話番号もメールアドレスも見つかりませんでした。どちらかをご記入ください。よろしければご都合のよい時間もお書きください。
ask-again-email = メールアドレスが見つかりませんでした。name@example.com のようにご記入ください。
ask-again-phone = 電話番号が見つかりませんでした。090-1234-5678 のように数字でご記入ください。
ask-again-rating = 1から{ $scale }までの数字をお選びください。
ask-again-words = 申し訳ございません、読み取れませんでした。別の書き方でご記入ください。

## Facts that are kept, and why
privacy-facts-title = 保存する情報とその理由
privacy-facts = お客様について次の情報を保存することがあります。「要配慮」とあるものは、ご提案の決定には決して使いません。
prefs-facts-title = お客様についての情報
prefs-facts-none = ご連絡先のほかには、まだ何も保存していません。
prefs-fact-from-you = お客様から伺いました。
prefs-fact-yes = はい
prefs-fact-no = いいえ
why-facts = お客様についての情報と保存の理由は、こちらでご覧いただけます：{ $url }
privacy-facts-sensitive = 要配慮
