"""What was published about the scheme and about ways into a village: each with date and confidence."""

from typing import Final

from planner.field.line import Source

SCHEME: Final = Source("https://bpjsketenagakerjaan.go.id/en/bukan-penerima-upah.html", "n.d.", "A")
DISCOUNT_RULES: Final = Source(
    "https://www.kilasriau.com/amp/detail/27361/"
    "iuran-jkkjkm-diskon-50-persen--bpjs-ketenagakerjaan-imbau-ojol-dan-kurir-segera-daftar",
    "2026",
    "B",
)
ACCIDENT: Final = Source("https://trikpos.com/?p=44859", "2025-09-02", "C")
DEATH: Final = Source("https://www.bursakota.co.id/?p=68592", "2025-08-05", "B")
AGE: Final = Source(
    "https://star.grid.id/amp/453707682/bpjs-checking-"
    "pedagang-bisa-dapat-jaminan-hari-tua-dengan-jadi-peserta-bpjs-ketenagakerjaan-ini-caranya",
    "n.d.",
    "C",
)
LAPSE: Final = Source(
    "https://star.grid.id/read/453722708/bpjs-checking-"
    "cek-tagihan-bpjs-ketenagakerjaan-mandiri-ini-sanksi-jika-terlambat",
    "n.d.",
    "C",
)
TWO_BPJS: Final = Source(
    "https://www.kupastuntas.co/2025/12/18/peserta-bpjs-ketenagakerjaan-di-lampung-barat-hanya-117-persen",
    "2025-12-18",
    "B",
)
RUBBER: Final = Source(
    "https://palpos.disway.id/amp/704313/"
    "pemdes-talang-batu-daftarkan-100-pekerja-rentan-jadi-peserta-bpjs-ketenagakerjaan-iuran-ditanggung-dana-desa",
    "2025-11",
    "C",
)
PER_DUSUN: Final = Source(
    "https://jatim.antaranews.com/berita/243947/bpjs-ketenagakerjaan-mojokerto-target-kepesertaan-desa-dlanggu",
    "2017",
    "B",
)
EXTENSION: Final = Source(
    "https://rakyatsulsel.fajar.co.id/2022/11/30/34-agen-perisai-perhiptani-luwu-utara-ikut-bimtek-program-bpjamsostek",
    "2022-11-30",
    "B",
)
FARMERS: Final = Source(
    "https://www.kupastuntas.co/2025/12/18/"
    "perluas-perlindungan-sosial-bpjs-ketenegakerjaan-sasar-petani-kopi-di-lambar",
    "2025-12-18",
    "B",
)
BUMDES: Final = Source(
    "https://kabardewata.com/berita/berita-utama/ekonomi/genjot-kepesertaan-di-bumdes-ini-langkah-bpjamsostek.html",
    "2022-12-29",
    "B",
)
FISHERS: Final = Source(
    "https://metropolis.co.id/2025/02/25/bpjamsostek-bandar-lampung-gandeng-dkp-dan-hnsi-provinsi-lampung",
    "2025-02-25",
    "B",
)
COOPERATIVES: Final = Source(
    "https://ekonomi.bisnis.com/read/20250731/12/1898326/"
    "strategi-bpjs-ketenagakerjaan-menuju-5755-juta-peserta-aktif-tahun-2025",
    "2025-07-31",
    "B",
)
MARKETS: Final = Source(
    "https://lampost.co/lampung/bandar-lampung/cakupan-perlindungan-jamsostek-di-lampung-rendah/", "2024-09-26", "B"
)
