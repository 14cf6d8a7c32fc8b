"""The words of a report in Azerbaijani, English and Russian. The library stands alone and brings its own table."""

from typing import NamedTuple


class Text(NamedTuple):
    """One statement in every language; placeholders are {name}."""

    az: str
    en: str
    ru: str

    def say(self, language: str, **facts: object) -> str:
        return str(getattr(self, language)).format(**facts)


LANGUAGES = Text._fields

VERDICTS = {
    "TOTAL-PASSED": Text("Etibarlıdır", "Valid", "Действительна"),
    "TOTAL-FAILED": Text("Etibarsızdır", "Not valid", "Недействительна"),
    "NOT-ACCEPTED": Text("Qəbul edilmir", "Not accepted", "Не принимается"),
    "INDETERMINATE": Text("Təsdiq edilə bilmədi", "Could not be confirmed", "Подтвердить не удалось"),
}
# These need no better information to be judged: the signature is what it is, only not one that may be accepted.
NOT_ACCEPTED = frozenset({"SIGNED_DATA_NOT_FOUND", "CHAIN_CONSTRAINTS_FAILURE", "CRYPTO_CONSTRAINTS_FAILURE"})

# As the rules on verifying electronic signatures name them, clause 2.3 (Cabinet decision 27 of 28 January 2006).
STAGES = {
    "key": Text(
        "İmzanı yoxlama məlumatlarının sertifikata uyğunluğu",
        "Agreement of the verification data with the certificate",
        "Соответствие данных проверки подписи сертификату",
    ),
    "certificate": Text(
        "Sertifikatın imzalanma anında etibarlılığı",
        "Validity of the certificate at the moment of signing",
        "Действительность сертификата в момент подписания",
    ),
    "signature": Text(
        "İmzanın yoxlanılması proseduru",
        "The procedure of verifying the signature",
        "Процедура проверки подписи",
    ),
}

TITLES = {
    "container": Text("konteynerin quruluşu", "the structure of the container", "структура контейнера"),
    "pdf": Text("PDF-in quruluşu", "the structure of the PDF", "структура PDF"),
    "seal": Text("möhürün quruluşu", "the structure of the seal", "структура печати"),
    "content": Text("möhürlənmiş məzmun", "the sealed content", "содержимое под печатью"),
    "structure": Text("imza faylının quruluşu", "the structure of the signature file", "структура файла подписи"),
    "algorithms": Text("alqoritmlər", "the algorithms", "алгоритмы"),
    "files": Text("imzalanmış fayllar", "the signed files", "подписанные файлы"),
    "binding": Text("imzalayanın sertifikatı", "the signer's certificate", "сертификат подписавшего"),
    "value": Text("imzanın qiyməti", "the signature value", "значение подписи"),
    "time": Text("imzanın vaxtı", "the time of the signature", "время подписи"),
    "path": Text("sertifikatı verən mərkəz", "the issuing centre", "выдавший центр"),
    "role": Text("imzalayanın səlahiyyəti", "the signer's capacity", "полномочие подписавшего"),
    "revocation": Text("sertifikatın ləğvi", "revocation of the certificate", "отзыв сертификата"),
    "authorities": Text("mərkəzlərin ləğvi", "revocation of the authorities", "отзыв сертификатов центров"),
    "extras": Text("artıq məlumatlar", "data that are not needed", "лишние данные"),
    "register": Text(
        "qərarlar reyestrindəki qeyd", "the entry in the register of decisions", "запись в реестре решений"
    ),
}

PASSED = {
    "container": Text(
        "Konteynerin quruluşu düzgündür.", "The container is built as it must be.", "Контейнер построен правильно."
    ),
    "pdf": Text(
        "PDF möhürləndiyi kimidir, sonradan ona heç nə əlavə edilməyib.",
        "The PDF is as it was sealed, and nothing was added to it afterwards.",
        "PDF таков, каким его заверили печатью: потом в него ничего не добавлено.",
    ),
    "seal": Text("Möhürün quruluşu düzgündür.", "The seal is built as it must be.", "Печать построена правильно."),
    "content": Text(
        "Möhür bütün PDF-i əhatə edir, o dəyişdirilməyib.",
        "The seal covers the whole PDF, and it was not changed.",
        "Печать охватывает весь PDF, он не изменён.",
    ),
    "structure": Text(
        "İmza faylının quruluşu düzgündür.",
        "The signature file is built as it must be.",
        "Файл подписи построен правильно.",
    ),
    "algorithms": Text(
        "Alqoritm qəbul edilir: {method}, {bits} bit.",
        "The algorithm is accepted: {method}, {bits} bits.",
        "Алгоритм допустим: {method}, {bits} бит.",
    ),
    "files": Text(
        "İmza bütün faylları əhatə edir (sayı: {count}), onlar dəyişdirilməyib.",
        "The signature covers every file (number: {count}), and none was changed.",
        "Подпись охватывает все файлы (количество: {count}), они не изменены.",
    ),
    "binding": Text(
        "Sertifikat imzalayanın göstərdiyi sertifikatdır.",
        "The certificate is the one that the signer named.",
        "Сертификат — тот, который указал подписавший.",
    ),
    "value": Text("İmzanın qiyməti düzgündür.", "The signature value is right.", "Значение подписи верно."),
    "time": Text(
        "İmzanın mövcud olduğu an: {time}.", "The signature existed at {time}.", "Подпись существовала на {time}."
    ),
    "path": Text(
        "Sertifikat etibar edilən mərkəzdən verilib: {root}.",
        "The certificate comes from a trusted centre: {root}.",
        "Сертификат выдан доверенным центром: {root}.",
    ),
    "role": Text(
        "İmzalayanın səlahiyyəti: {role}.", "The signer's capacity: {role}.", "Полномочие подписавшего: {role}."
    ),
    "revocation": Text(
        "Sertifikat {time} anında ləğv edilməmiş və dayandırılmamışdı.",
        "The certificate was neither revoked nor suspended at {time}.",
        "На {time} сертификат не был отозван или приостановлен.",
    ),
    "authorities": Text(
        "Məlum olduğu qədər, sertifikatı verən mərkəzlər {time} anında ləğv edilməmişdi.",
        "As far as is known, the authorities above were not revoked at {time}.",
        "Насколько известно, вышестоящие центры на {time} не были отозваны.",
    ),
    "extras": Text(
        "İmzada yol verilməyən heç nə yoxdur.",
        "The signature carries nothing that it may not carry.",
        "В подписи нет ничего недопустимого.",
    ),
    "register": Text(
        "Qərar qərarlar reyestrində var: {origin}, sıra nömrəsi {index}, təsdiq edən şahidlər: {count}.",
        "The decision is in the register of decisions: {origin}, entry {index}, confirmed by witnesses: {count}.",
        "Решение есть в реестре решений: {origin}, запись {index}, подтвердили свидетели: {count}.",
    ),
}

ROLES = {
    "person": Text("fiziki şəxs", "natural person", "физическое лицо"),
    "officer": Text("gömrük orqanının vəzifəli şəxsi", "customs officer", "должностное лицо таможенного органа"),
    "organisation": Text(
        "təşkilat (elektron möhür)", "organisation (electronic seal)", "организация (электронная печать)"
    ),
    "authentication": Text("yalnız giriş üçün", "for signing in only", "только для входа"),
}

# As what a container was read.
FORMS = {
    "own": Text("e-Gömrük konteynerləri", "containers of e-Gömrük", "контейнеры e-Gömrük"),
    "foreign": Text(
        "başqa proqramların konteynerləri də", "containers of other tools, too", "также контейнеры других программ"
    ),
}

# By sub-indication, or by check and sub-indication where the check says more.
REASONS = {
    "NO_SIGNATURE": Text(
        "konteynerdə imza yoxdur. Göndərəndən imzalanmış faylı istəyin",
        "the container holds no signature. Ask the sender for the signed file",
        "в контейнере нет подписи. Запросите у отправителя подписанный файл",
    ),
    "FORMAT_FAILURE": Text(
        "fayl tələb olunan formatda deyil və ya ona müdaxilə edilib. Onu mənbədən yenidən alın",
        "the file is not in the required format or has been interfered with. Get it anew from its source",
        "файл не соответствует требуемому формату или в него вмешались. Получите его заново из источника",
    ),
    "pdf.NO_SIGNATURE": Text(
        "PDF-də möhür yoxdur. Möhürlənmiş faylı portaldan yükləyin",
        "the PDF has no seal. Get the sealed file from the portal",
        "в PDF нет печати. Получите заверенный файл на портале",
    ),
    "pdf.FORMAT_FAILURE": Text(
        "möhürləndikdən sonra PDF-ə müdaxilə edilib. Onu portaldan yenidən yükləyin",
        "the PDF was interfered with after it had been sealed. Get it anew from the portal",
        "в PDF вмешались после заверения печатью. Получите его заново на портале",
    ),
    "origin.FORMAT_FAILURE": Text(
        "bu PDF-i portal möhürləməyib, burada yalnız portalın möhürü yoxlanılır",
        "the portal did not seal this PDF, and only its own seals are judged here",
        "этот PDF заверен не порталом, а здесь проверяются только печати портала",
    ),
    "files.FORMAT_FAILURE": Text(
        "imza konteynerdəki faylların hamısını olduğu kimi əhatə etmir",
        "the signature does not cover the files of the container as they are",
        "подпись не охватывает все файлы контейнера в их нынешнем виде",
    ),
    "HASH_FAILURE": Text(
        "imzalandıqdan sonra məzmun dəyişdirilib",
        "the content was changed after it was signed",
        "содержимое изменено после подписания",
    ),
    "time.HASH_FAILURE": Text(
        "vaxt göstəricisi bu imzaya aid deyil",
        "the time-stamp belongs to another signature",
        "метка времени относится к другой подписи",
    ),
    "SIGNED_DATA_NOT_FOUND": Text(
        "imzalanmış fayllardan biri konteynerdə yoxdur. Tam konteyneri istəyin",
        "a signed file is missing from the container. Ask for the complete container",
        "в контейнере нет одного из подписанных файлов. Запросите полный контейнер",
    ),
    "SIG_CRYPTO_FAILURE": Text(
        "imza göstərilən sertifikatın açarı ilə yaradılmayıb",
        "the signature was not made with the key of the named certificate",
        "подпись создана не ключом указанного сертификата",
    ),
    "CRYPTO_CONSTRAINTS_FAILURE": Text(
        "alqoritm və ya açar zəifdir, belə imza sübut sayılmır",
        "an algorithm or a key is too weak for the signature to count as proof",
        "алгоритм или ключ слишком слаб, такая подпись не считается доказательством",
    ),
    "NO_CERTIFICATE_CHAIN_FOUND": Text(
        "sertifikatı verən mərkəz sizin etibar etdiyiniz kök sertifikata bağlı deyil. Kök sertifikatı yoxlayın",
        "the issuing centre does not lead to a root certificate that you trust. Check the root certificate",
        "выдавший центр не связан с корневым сертификатом, которому вы доверяете. Проверьте корневой сертификат",
    ),
    "CHAIN_CONSTRAINTS_FAILURE": Text(
        "sertifikat bu məqsəd və ya bu səlahiyyət üçün verilməyib",
        "the certificate was not issued for this purpose or in this capacity",
        "сертификат выдан не для этой цели или не для этого полномочия",
    ),
    "OUT_OF_BOUNDS_NO_POE": Text(
        "sertifikatın müddəti bitib və imzanın bundan əvvəl mövcud olduğu sübut edilməyib",
        "a certificate is outside its period of validity, and nothing proves that the signature is older",
        "срок сертификата истёк, и нет доказательства, что подпись создана раньше",
    ),
    "REVOKED": Text(
        "imzalanma anında sertifikat ləğv edilmiş və ya dayandırılmışdı",
        "the certificate was revoked or suspended at the moment of signing",
        "в момент подписания сертификат был отозван или приостановлен",
    ),
    "TRY_LATER": Text(
        "sertifikatın həmin anda ləğv edilmədiyinə dair yararlı cavab yoxdur. Göndərəndən tam imzanı (B-LT) istəyin",
        "nothing usable says that the certificate was not revoked then. Ask the sender for a complete signature (B-LT)",
        "нет пригодного ответа, что сертификат тогда не был отозван. Запросите у отправителя полную подпись (B-LT)",
    ),
    "authorities.TRY_LATER": Text(
        "mərkəzlərin özünün ləğv edilmədiyinə dair sübut yoxdur. Göndərəndən yenilənmiş imzanı istəyin",
        "nothing proves that the authorities themselves were not revoked. Ask the sender for a renewed signature",
        "нет доказательства, что сами центры не были отозваны. Запросите у отправителя обновлённую подпись",
    ),
    "REVOKED_NO_POE": Text(
        "vaxt göstəricisini verən xidmətin sertifikatı ləğv edilib və göstəricinin bundan əvvəl mövcud olduğu "
        "sübut edilməyib",
        "the certificate of the time-stamp unit was revoked, and nothing proves that the time-stamp is older",
        "сертификат службы меток времени отозван, и нет доказательства, что метка создана раньше",
    ),
    "REVOKED_CA_NO_POE": Text(
        "sertifikatı verən mərkəz ləğv edilib və imzanın bundan əvvəl mövcud olduğu sübut edilməyib",
        "the issuing authority was revoked, and nothing proves that the signature is older",
        "сертификат выдавшего центра отозван, и нет доказательства, что подпись создана раньше",
    ),
    "TIMESTAMP_ORDER_FAILURE": Text(
        "vaxt göstəriciləri bir-birinə və ya bu günə ziddir. Kompüterinizin saatını yoxlayın",
        "the times of the time-stamps contradict one another or today. Check the clock of your computer",
        "времена меток противоречат друг другу или текущему времени. Проверьте часы компьютера",
    ),
    "register.FORMAT_FAILURE": Text(
        "qərarlar reyestrinin sübutu düzgün yazılmayıb və ya ona müdaxilə edilib",
        "the proof of the register of decisions is not written as it must be or has been interfered with",
        "доказательство реестра решений записано неверно или в него вмешались",
    ),
    "register.HASH_FAILURE": Text(
        "qərarlar reyestrinin sübutu bu qərara aid deyil və ya qərar reyestrdə yoxdur",
        "the proof of the register belongs to another decision, or the decision is not in the register",
        "доказательство реестра относится к другому решению, или решения в реестре нет",
    ),
    "register.SIG_CRYPTO_FAILURE": Text(
        "reyestrin sübutunu etibar etdiyiniz reyestr və ya şahid imzalamayıb",
        "the proof was not signed by the register or a witness that you trust",
        "доказательство подписано не тем реестром или свидетелем, которым вы доверяете",
    ),
    "register.TRY_LATER": Text(
        "reyestrin sübutunu tələb olunan qədər şahid təsdiqləməyib. Reyestrdən yeni sübut alın",
        "fewer witnesses than you demand have confirmed the register. Get a newer proof from the register",
        "реестр подтвердили меньше свидетелей, чем вы требуете. Получите из реестра новое доказательство",
    ),
    "GENERIC": Text(
        "yoxlamanı bitirmək mümkün olmadı", "the check could not be finished", "проверку не удалось завершить"
    ),
}

SKIPPED = Text("Yoxlanmadı: {title}.", "Not checked: {title}.", "Не проверялось: {title}.")

WARNINGS = {
    "no_time_stamp": Text(
        "Vaxt göstəricisi yoxdur: imzanın nə vaxt yaradıldığı məlum deyil.",
        "There is no time-stamp: when the signature was made is not known.",
        "Метки времени нет: когда создана подпись, неизвестно.",
    ),
    "claimed_later": Text(
        "İmzalayanın yazdığı vaxt göstəricidəki vaxtdan sonradır; vaxt göstəricisi əsas götürülüb.",
        "The time that the signer wrote is later than the time-stamp; the time-stamp counts.",
        "Время, указанное подписавшим, позже метки времени; учтена метка времени.",
    ),
    "late_answer": Text(
        "Ləğvetmə barədə cavab imzadan xeyli sonra, {time} anında alınıb.",
        "The answer on revocation was given long after the signature, at {time}.",
        "Ответ об отзыве получен значительно позже подписи, {time}.",
    ),
    "authority_unknown": Text(
        "«{name}» sertifikatının özünün ləğv edilib-edilmədiyinə dair məlumat yoxdur.",
        "Nothing says whether the certificate of “{name}” itself was revoked.",
        "Нет сведений, был ли отозван сам сертификат «{name}».",
    ),
    "no_register_proof": Text(
        "Qərarın qərarlar reyestrində olduğuna dair sübut yoxdur.",
        "There is no proof that the decision is in the register of decisions.",
        "Нет доказательства, что решение есть в реестре решений.",
    ),
    "register_not_checked": Text(
        "Qərarlar reyestrinin sübutu var, amma yoxlanmadı: reyestrin açarı göstərilməyib.",
        "There is a proof of the register of decisions, but it was not checked: no key of the register was given.",
        "Доказательство реестра решений есть, но не проверено: ключ реестра не указан.",
    ),
}

LABELS = {
    "file": Text("Fayl", "File", "Файл"),
    "signature": Text("İmza", "Signature", "Подпись"),
    "signer": Text("İmzalayan", "Signer", "Подписал"),
    "role": Text("Səlahiyyəti", "Capacity", "Полномочие"),
    "issuer": Text("Sertifikatı verən", "Issued by", "Кем выдан"),
    "time": Text("Vaxt", "Time", "Время"),
    "archived": Text("Arxiv göstəricisi", "Archive time-stamp", "Архивная метка времени"),
    "good_until": Text("Yenilənmə müddəti", "Renew before", "Обновить до"),
    "warning": Text("Diqqət", "Note", "Внимание"),
    "detail": Text("Texniki izah", "Detail", "Техническое пояснение"),
    "bytes": Text("bayt", "bytes", "байт"),
    "baku": Text("Bakı vaxtı", "Baku time", "бакинское время"),
    "form": Text("Qəbul edilən format", "Accepted form", "Принимаемый формат"),
    "policy": Text("Yoxlama siyasəti", "Policy", "Политика проверки"),
}
