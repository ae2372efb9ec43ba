"""How mail programs introduce what they quote, and sign what they send: in our seven languages and those next door."""

import re
from typing import Final

_FROM: Final = "From|De|Von|Od|Feladó|Felado|差出人|送信者|من|Da|Expéditeur|Remitente|Desde"
_OTHERS: Final = (
    "Sent|Date|To|Subject|Cc|Reply-To|Importance"
    "|Enviado(?: el)?|Enviada(?: el)?|Fecha|Para|Asunto|CC|Copia"
    "|Envoyé(?: le)?|Date d[’']envoi|À|A|Objet|Copie"
    "|Gesendet|Datum|An|Betreff"
    "|Odesláno|Komu|Předmět|Kopie|Poslané"
    "|Elküldve|Küldve|Küldés ideje|Dátum|Címzett|Tárgy|Másolat|Másolatot kap"
    "|送信日時|送信済み|送信日|日付|日時|宛先|件名|題名"
    "|تاريخ الإرسال|تم الإرسال|أرسلت|أُرسلت|التاريخ|إلى|الموضوع|نسخة"
    "|Inviato|Data|Oggetto"
)
FROM_LINE: Final = re.compile(rf"^[*_ ]*(?:{_FROM})[*_ ]*[:：]", re.IGNORECASE)
"""The sender, in a block of headers above a quoted mail."""

HEADER_LINE: Final = re.compile(rf"^[*_ ]*(?:{_FROM}|{_OTHERS})[*_ ]*[:：]", re.IGNORECASE)
"""Any line of such a block."""

_ORIGINAL: Final = (
    "Original Message|Original Email|Original mail|Mensaje original|Message d[’']origine|Message original"
    "|E-mail d[’']origine"
    "|Ursprüngliche Nachricht|Originalnachricht|Původní zpráva|Původní e-?mail|Eredeti üzenet|Eredeti levél"
    "|元のメッセージ|元のメール|الرسالة الأصلية|Messaggio originale|Pôvodná správa"
)
SEPARATOR: Final = re.compile(
    rf"^[*_ ]*[-_=]{{2,}} ?(?:{_ORIGINAL}) ?[-_=]{{2,}}[*_ ]*$|^(?:{_ORIGINAL})[:：]?$", re.IGNORECASE
)
"""A line below which the mail that is answered stands, and nothing else."""

RULE: Final = re.compile(r"^[_\-‐─━]{20,}$")
"""A line across, as Outlook draws one above a block of headers."""

_DAY: Final = r"\d{1,4}\s?[.:/年-]\s?\d{1,2}|\d{1,2}(?:st|nd|rd|th)?\.? \w{3,}|\w{3,}\.? \d{1,2}"
INTRODUCES: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"^On\b.{6,300}\bwrote ?[:：]$",
        r"^El\b.{6,300}\bescribi[óo] ?[:：]$",
        r"^Le\b.{6,300}\ba écrit ?[:：]$",
        r"^(?:Dne|Dňa)\b.{6,300}\b(?:napsal|napísal)(?:a|o|\(a\))? ?[:：]$",
        rf"^.{{0,20}}(?:{_DAY}).{{4,300}}\b(?:napsal|napísal)(?:a|o|\(a\))? ?[:：]$",
        r"^\d{1,2}\. ?\d{1,2}\. ?\d{4}(?: v)? \d{1,2}:\d{2}, .{2,200}[:：]$",
        r"^.{2,300}\bezt (?:a levelet )?írta(?: ?\(időpont: .{4,80}\))? ?[:：]$",
        rf"^.{{0,20}}(?:{_DAY}).{{4,300}}\bírta(?: ?\(.{{4,80}}\))? ?[:：]$",
        r"^.{1,80}<[^<>\s]+@[^<>\s]+> (?:ezt )?írta ?[:：]$",
        r"^\d{4}年\d{1,2}月\d{1,2}日.{0,300}[:：]$",
        r"^\d{4}/\d{1,2}/\d{1,2}.{0,20}\d{1,2}:\d{2}.{1,300}(?:のメール|wrote) ?[:：]$",
        r"^-{2,} ?.{1,80}さんは書きました ?-{2,}$|^.{1,120}さんは(?:書き|かき)ました ?[:：]?$",
        r"^(?:في|بتاريخ|يوم)\b.{6,300}(?:كتبت?|جاء من|تمت كتابة ما يلي بواسطة|كتب/كتبت|أرسل).{1,200}[:：]$",
        r"^Am\b.{6,300}\bschrieb\b.{0,200}[:：]$",
        r"^Il\b.{6,300}\bha scritto ?[:：]$",
        r"^(?:Dnia|W dniu)\b.{6,300}\bnapisał(?:a|\(a\))? ?[:：]$",
        r"^.{1,120}<[^<>\s]+@[^<>\s]+> (?:wrote|escribió|a écrit|schrieb|napsal(?:a|\(a\))?)(?: .{2,80})? ?[:：]$",
    )
)
"""A whole line, wrapped ones put together, that introduces a quote: the quote follows, marked or not."""

LIKELY: Final = re.compile(r"\d.{0,200}[:：]$|@.{1,200}[:：]$")
"""A line that introduces a quote when marked lines follow at once: it has a date or an address, and ends in a colon."""

_THING: Final = r"[\w .’'+/()-]{2,40}"
SENT_FROM: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^Sent from (?:my|mobile|Outlook|Mail|Yahoo|Proton|Gmail|Samsung|AOL|the)(?: {_THING})?\.?$",
        r"^Sent (?:with|via|using) (?:\[?Proton|the |my |Yahoo|Gmail|Spark|Canary|BlueMail|Superhuman).{0,80}$",
        r"^(?:Get|Obtener|Obtenga|Télécharger|Obtenez|Získat|Stáhnout|Stáhněte si|Holen Sie sich) Outlook .{2,40}$",
        r"^Yahoo Mail: .{3,80}$",
        rf"^Enviado (?:desde|con|de)(?: mi| el| la)? {_THING}\.?$",
        rf"^Envoyé (?:de|depuis|à partir de|avec)(?: mon| ma| l[’'])? ?{_THING}\.?$",
        rf"^Provenance ?: Courrier pour {_THING}$",
        rf"^(?:Odesláno|Odoslané) (?:z|ze|pomocí)(?: mého| mojí| mé| aplikace)? ?{_THING}(?:[.,]? ?<?https?://\S+>?)?$",
        rf"^(?:Az? )?{_THING}(?:készülékemről|telefonomról|-omról|-emről|-ról|-ről|omról) (?:küldve|küldött).{{0,20}}$",
        rf"^(?:Elküldve|Küldve)(?: az?)? {_THING}(?:ról|ről|val|vel)\.?$",
        r"^(?:Az? )?Outlook .{2,30}(?:letöltése|beszerzése)$",
        r"^(?:私の|マイ)?[A-Za-z][\w +-]{1,30}(?:から|より|で)送信(?:されました)?[。.]?$",
        r"^(?:スマートフォン|携帯電話|タブレット)から送信$",
        r"^Outlook for .{2,20}を入手$|^Yahoo!メール.{0,30}から送信$",
        r"^(?:أُ?رسلت?|مرسلة?|تم الإرسال|أُ?رسل) (?:هذه الرسالة )?من .{2,50}$",
        r"^(?:الحصول على|احصل على) Outlook .{2,40}$",
        r"^(?:Von meinem .{2,40} gesendet|Gesendet (?:mit|von) .{2,60}|Diese Nachricht wurde von .{2,80} gesendet\.?)$",
        r"^(?:Virus-free|Sin virus|(?:Garanti )?sans virus|Bez virů|Vírusmentes|Virenfrei).{0,60}av(?:ast|g).{0,60}$",
        r"^(?:خالية? من الفيروسات|ウイルス(?:フリー|なし|対策ソフト)).{0,80}$",
        r"^Inviato da(?:l mio)? .{2,40}$",
    )
)
"""Lines that programs sign with."""
