"""The kinds of notices and their words; a subject never holds personal data."""

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.errors import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """`subject` heads the notice and its mail; `text` is filled with the facts. One that protects cannot be refused."""

    subject: str
    text: str
    protects: bool = False


CONTRACTS: Mapping[str, Kind] = {
    "contracts.applied": Kind(
        N_("Müraciətiniz qəbul edildi"),
        N_("{number} nömrəli müraciətiniz qəbul edildi. Sənədlər bir ay müddətində yoxlanılır."),
    ),
    "contracts.returned": Kind(
        N_("Müraciətiniz düzəliş üçün qaytarıldı"),
        N_("{number} nömrəli müraciətdə düzəliş lazımdır. Qeydləri oxuyun, düzəlişi edin və 30 gün ərzində göndərin."),
    ),
    "contracts.approved": Kind(
        N_("Müqavilə imzalanmağa hazırdır"),
        N_("{number} nömrəli müraciət təsdiq edildi. Müqaviləni 30 gün ərzində imzalayın."),
    ),
    "contracts.refused": Kind(
        N_("Müraciətinizdən imtina edildi"),
        N_("{number} nömrəli müraciətdən imtina edildi. Əsası müraciətin səhifəsində yazılıb."),
    ),
    "contracts.signed": Kind(
        N_("Müqavilə imzalandı"),
        N_("{number} nömrəli müqavilə imzalandı. İstifadəçi adı bir ay müddətində göndəriləcək."),
    ),
    "contracts.activated": Kind(
        N_("İstifadəçi adınız işləyir"),
        N_(
            "{number} nömrəli müqavilə üzrə şifrə təyin edildi. Bunu siz etməmisinizsə, dərhal 195(6) Çağrı Mərkəzinə "
            "zəng edin."
        ),
        protects=True,
    ),
    "contracts.renewed": Kind(N_("Müqavilənin müddəti uzadıldı"), N_("{number} nömrəli müqavilənin müddəti uzadıldı.")),
    "contracts.lapsed": Kind(
        N_("Müraciət vaxtında tamamlanmadı"),
        N_("{number} nömrəli müraciət 30 gün ərzində tamamlanmadığı üçün bağlandı. Yenidən müraciət edə bilərsiniz."),
    ),
    "contracts.expired": Kind(
        N_("Müqavilənin müddəti bitdi"),
        N_("{number} nömrəli müqavilənin müddəti bitdi, istifadəçi adı bağlandı. Yenidən müraciət edə bilərsiniz."),
        protects=True,
    ),
    "contracts.ended": Kind(
        N_("Müqaviləyə xitam verildi"),
        N_("{number} nömrəli müqaviləyə xitam verildi, istifadəçi adı bağlandı."),
        protects=True,
    ),
    "contracts.unfinished": Kind(
        N_("Müraciət sizi gözləyir"),
        N_("{number} nömrəli müraciət 7 gündən sonra bağlanacaq. Onu tamamlamaq üçün səhifəsini açın."),
    ),
    "contracts.not_activated": Kind(
        N_("Aktivləşdirmə keçidinin müddəti bitir"),
        N_("{number} nömrəli müqavilə üzrə sizə göndərilən aktivləşdirmə keçidi 2 gündən sonra işləməyəcək."),
    ),
    "contracts.ends_soon": Kind(
        N_("Müqavilənin müddəti bitir"),
        N_("{number} nömrəli müqavilə {until} tarixinədək qüvvədədir. Portala daxil olub müddəti uzada bilərsiniz."),
    ),
    "contracts.alarm": Kind(
        N_("Müqavilənin müddəti yaxınlaşır"),
        N_("{number} nömrəli müqavilə üzrə 20 gün keçib. Son tarix: {due}."),
    ),
    "contracts.overdue": Kind(
        N_("Müqavilə üzrə müddət keçib"),
        N_("{number} nömrəli müqavilə üzrə bir aylıq müddət {due} tarixində bitib."),
    ),
    "contracts.link_dead": Kind(
        N_("Aktivləşdirmə keçidi işlədilməyib"),
        N_("{number} nömrəli müqavilə üzrə göndərilən keçidin müddəti bitib. İştirakçı istəsə, yenisini göndərin."),
    ),
}
BORDER_GOODS: Mapping[str, Kind] = {
    "border_goods.registered": Kind(
        N_("Sərhəddə mal qeydə alındı"),
        N_("{number} VÖEN/GÖÖEN üzrə sərhəddə qeydə alınan yük: {count}. Ən yaxın çatma müddəti: {due}."),
    ),
    "border_goods.corrected": Kind(
        N_("Sərhəddə qeydə alınmış malın məlumatı düzəldildi"),
        N_("{number} VÖEN/GÖÖEN üzrə məlumatı düzəldilən yük: {count}."),
    ),
    "border_goods.cancelled": Kind(
        N_("Sərhəddəki qeyd ləğv edildi"),
        N_("{number} VÖEN/GÖÖEN üzrə səhvən qeydə alınmış və ləğv edilmiş yük: {count}."),
    ),
    "border_goods.arrived": Kind(
        N_("Mal təyinat gömrük orqanına çatdı"),
        N_("{number} VÖEN/GÖÖEN üzrə təyinat gömrük orqanına çatan yük: {count}."),
    ),
    "border_goods.cleared": Kind(
        N_("Mal rəsmiləşdirildi"),
        N_("{number} VÖEN/GÖÖEN üzrə rəsmiləşdirilən və siyahıdan çıxan yük: {count}."),
    ),
}
KINDS: Mapping[str, Kind] = {
    "accounts.signed_in": Kind(
        N_("Portala yeni giriş"),
        N_("{at} tarixində {network} şəbəkəsindən portala daxil oldunuz. Bu siz deyilsinizsə, girişi dərhal bağlayın."),
        protects=True,
    ),
    **CONTRACTS,
    **BORDER_GOODS,
    "accounts.rights_changed": Kind(
        N_("Hüquqlarınız dəyişib"),
        N_("Portaldakı hüquqlarınız dəyişdirilib. Bundan xəbəriniz yoxdursa, 195(6) Çağrı Mərkəzinə zəng edin."),
        protects=True,
    ),
    "accounts.disabled": Kind(
        N_("Portala girişiniz dayandırılıb"),
        N_("Portala girişiniz dayandırılıb. Səbəbini öyrənmək üçün 195(6) Çağrı Mərkəzinə müraciət edin."),
        protects=True,
    ),
    "accounts.device_closed": Kind(
        N_("Kartınızla və ya telefonunuzla giriş bağlanıb"),
        N_("Portala daxil olduğunuz kart və ya telefon bağlanıb. 195(6) Çağrı Mərkəzinə müraciət edin."),
        protects=True,
    ),
    "accounts.reopened": Kind(
        N_("Girişiniz yenidən açılıb"),
        N_("Bağlanmış girişiniz yenidən açılıb: portala daxil ola bilərsiniz."),
        protects=True,
    ),
    "accounts.password_changed": Kind(
        N_("Şifrəniz dəyişdirildi"),
        N_(
            "Portaldakı şifrəniz dəyişdirildi və açıq olan bütün girişlər bağlandı. "
            "Bunu siz etməmisinizsə, dərhal 195(6) Çağrı Mərkəzinə zəng edin."
        ),
        protects=True,
    ),
    "accounts.guessed": Kind(
        N_("Şifrənizi tapmağa cəhd edilib"),
        N_("Hesabınıza bir saat ərzində dəfələrlə yanlış şifrə ilə daxil olmağa cəhd edilib. Şifrəniz dəyişməyib."),
        protects=True,
    ),
    "accounts.phone_guessed": Kind(
        N_("Telefon nömrənizlə daxil olmağa cəhd edilib"),
        N_(
            "Bir saat ərzində dəfələrlə sizin telefon nömrənizlə Asan imza sorğusu göndərməyə cəhd edilib. Heç kim "
            "daxil olmayıb. Telefona gələn sorğunu siz göndərməmisinizsə, onu ləğv edin."
        ),
        protects=True,
    ),
    "accounts.phone_refused": Kind(
        N_("Asan imza sorğusu telefonunuzda ləğv edilib"),
        N_(
            "Telefonunuza gələn Asan imza sorğusu ləğv edilib. Onu siz göndərməmisinizsə, kimsə nömrənizi və "
            "istifadəçi ID-nizi bilir: 195(6) Çağrı Mərkəzinə zəng edin."
        ),
        protects=True,
    ),
    "accounts.pin_locked": Kind(
        N_("Kartınızın və ya telefonunuzun PIN kodu bloklanıb"),
        N_(
            "PIN kodu üç dəfə yanlış yazılıb və bloklanıb. Bunu siz etməmisinizsə, kartın və ya telefonun sizdə "
            "olduğunu yoxlayın və 195(6) Çağrı Mərkəzinə zəng edin."
        ),
        protects=True,
    ),
    "accounts.worthless_used": Kind(
        N_("Qüvvədə olmayan sertifikatınızla daxil olmağa cəhd edilib"),
        N_(
            "Ləğv edilmiş və ya dayandırılmış sertifikatınızla portala daxil olmağa cəhd edilib. Heç kim daxil "
            "olmayıb. Bu siz deyilsinizsə, 195(6) Çağrı Mərkəzinə zəng edin."
        ),
        protects=True,
    ),
    "accounts.power_given": Kind(
        N_("Etibarnamə verildi"),
        N_("{number} VÖEN/GÖÖEN adından etibarnamə verildi. Şərtlərinə portalda baxa bilərsiniz."),
    ),
    "accounts.power_revoked": Kind(
        N_("Etibarnamə ləğv edildi"), N_("{number} VÖEN/GÖÖEN adından verilmiş etibarnamə ləğv edildi.")
    ),
}

MAIL = N_("{text}\n\nBildirişlər: {link}")


def refusable() -> dict[str, str]:
    """The kinds that somebody may want in his inbox only, by their subjects."""
    return {name: kind.subject for name, kind in KINDS.items() if not kind.protects}
