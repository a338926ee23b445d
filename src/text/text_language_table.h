/* The non-ASCII characters of some languages, most frequent first, letters in lower case. Below each is its cost: −ln of
 * its share, in eighths of a nat, with '#' for 0. Letters were counted in the translated messages of free programs;
 * East Asian characters also follow common frequency lists. Only text_encoding_language.c includes this file. */
#ifndef LACUNA_TEXT_LANGUAGE_TABLE_H
#define LACUNA_TEXT_LANGUAGE_TABLE_H

enum script { WESTERN, LATIN, CASED, UNCASED, JAPANESE, CHINESE, KOREAN };

static const struct language {
    enum script script;
    const char *encodings; /* that its files use; names for text_encoding_find */
    const char *letters, *costs;
} languages[] = {
    /* clang-format off */
    /* French */
    {WESTERN, "windows-1252",
     "éèàêôîçâáïùûíšóëœüžúñãö",
     "%88:CFLPQVWWX\\\\\\]```cce"},
    /* German */
    {WESTERN, "windows-1252",
     "üäößéáíšóðúžèñãâôàæýïõòêìëçî",
     "(02:HILRSVWXYZ[[\\^^^____aabf"},
    /* Spanish */
    {WESTERN, "windows-1252",
     "óáíúéñºü",
     ")/37<<]`"},
    /* Italian */
    {WESTERN, "windows-1252",
     "èàòùéáíìšóúžüãâñöêëçäôîåæøýõºï",
     "(079:CIKMNPQSTTTUW\\]]]`agggggg"},
    /* Swedish */
    {WESTERN, "windows-1252",
     "äöåáéíóšúžèüãàâñôç",
     "),/PPU\\\\__`abbbbcg"},
    /* Portuguese */
    {WESTERN, "windows-1252",
     "ãçáíéóõúêâàôºª",
     "-0358:<=@JMQRc"},
    /* Finnish */
    {WESTERN, "windows-1252",
     "äöšž",
     "$6U["},
    /* Danish */
    {WESTERN, "windows-1252",
     "æøåéáížšóöçüúèäôâëãàêðïñ",
     "+,/=QRUXYY[\\\\\\^^``abbbff"},
    /* Dutch */
    {WESTERN, "windows-1252",
     "éëïáóíäšðöèúüžõôñæãçâåýîþøàìœò",
     "/04;<=@ADDFGHHKMMMMNPRTTT[[```"},
    /* Icelandic */
    {WESTERN, "windows-1252",
     "ðíáóúýæöþéñâèôëùãêüà",
     ".0169:;=>DYZ\\\\\\]]ccc"},
    /* Russian */
    {CASED, "windows-1251 koi8-r iso-8859-5",
     "оеаинтрслвкпдмуязьыйбчгжфцхюшщэёъ",
     "667889;;<<>>??ABBBBEEGHIKKLLMOTW^"},
    /* Bulgarian */
    {CASED, "windows-1251 koi8-r iso-8859-5",
     "аениотрсвдпкзлмъябучгжйфцшщхю",
     "357779:<<=>>>>ADEEGHIIJKLNNOW"},
    /* Ukrainian */
    {CASED, "windows-1251 koi8-u iso-8859-5",
     "аониевтрікслдпумязбьйчгжцєхфшюїщґ",
     "6779::;;;==>>>>>AAEFFGGJKKKLMMQRl"},
    /* Greek */
    {CASED, "windows-1253 iso-8859-7",
     "αοετνισρμηπκυςλίδγήέόάχωθφύβώξζψϊ",
     "67889:;;<<=>?@@@AABBCCEGGIIMNQSYg"},
    /* Hebrew */
    {UNCASED, "windows-1255",
     "יותהלמראנבשקפדסגטעםחןכצזךץף",
     "458899:;;<==@@@BBCCCEEGJMNV"},
    /* Arabic */
    {UNCASED, "windows-1256",
     "اليمرتوةنفدسبعحكقصجأطهخشإغذزضىثئءظؤـآ",
     "2478:;;<<??@@@BCCDDEFGGIIIIJKMOQRVX]a"},
    /* Thai */
    {UNCASED, "tis-620",
     "ารอกมนเดงลตบสยแวไขทจคหปพะชำใโถฟซณผภธษฐญฮศฉๆฝฤฏฑ",
     "799::;;==>????@@@BBCCCCCDEGGHHHILNPQSUUWZ^`bcen"},
    /* Turkish */
    {LATIN, "windows-1254",
     "ışçüğöáéíâó",
     "*3347:Y[^_e"},
    /* Latvian */
    {LATIN, "windows-1257",
     "āēīšūļņķžģč",
     ",/15<<=DELQ"},
    /* Lithuanian */
    {LATIN, "windows-1257",
     "šėųįžąčūę",
     "/01667;<A"},
    /* Polish */
    {LATIN, "iso-8859-2 windows-1250",
     "łżąęśóćńźéáíščžäşúöă",
     "0233455=EWY]^`bbcefg"},
    /* Czech */
    {LATIN, "iso-8859-2 windows-1250",
     "íářčéýžěšůúóňťď",
     ".057788:=?KMPW["},
    /* Slovak */
    {LATIN, "iso-8859-2 windows-1250",
     "áíčýúéťžšľóôäňĺď",
     "04556677;<HJKKPP"},
    /* Hungarian */
    {LATIN, "iso-8859-2 windows-1250",
     "áéíóöőüúűč",
     ",.6689=ADc"},
    /* Croatian */
    {LATIN, "iso-8859-2 windows-1250",
     "čšćžđôéáó",
     ",.128K\\_e"},
    /* Slovene */
    {LATIN, "iso-8859-2 windows-1250",
     "čšžáöü",
     "(-3ccf"},
    /* Romanian */
    {LATIN, "iso-8859-2 iso-8859-16",
     "ățșîâşţóáé",
     ")115>DEggg"},
    /* Japanese */
    {JAPANESE, "shift_jis euc-jp",
     "のにたいはを、とるがしで。てなっれらも，すりこだまさ．きめくあけ・どえうそつよ：みやわおせろ；んばべ"
     "ひ一びン？ちずへね人むゃ！スぬほ日じふょご「ルぎ大げぶゆぐ」ぼ年ト『出イ本』ー中（リ子）見ラ《国ク》"
     "言シ〈上〉分ド生“ア”フ自‘タ行’者レ二コ…間カ事～テ思　時ロ気マ会ッ前来ジ場サ物ィ下ブ十三メ今ニ学グ何"
     "後プ私バ同ナ地チ部方パ小ハ立キ長ウ内心オ合ワ目モ当回ム力ポ入ネ男エ女作ミ話ェ明体金動高定社家知考度意"
     "点手新外先",
     "=>@@ABBCCDEEFFFFGGHHHHIIIJJJJJKKKKKLLLLLLMMMMMMNNNNNNNNNOOOOOOOOOOPPPPPPPPPPPPQQQQQQQQRRRRRSSSSSSTT"
     "TTTTTUUUUUUUVVVVVVVVWWWWWWWWWWXXXXXXXYYYYYYYYYZZZZZZZZZZZ[[[[[[[[[[[\\\\\\\\\\\\\\\\\\\\\\\\]]]]]]]"
     "]]]]]]^^^^^^^^^^_____"},
    /* Chinese, simplified */
    {CHINESE, "gb18030",
     "、的一。是不了，在人有．我他这・个们中：来上大；为和国？地到以！说时要「就出会」可也你『对生能而』子"
     "那得（于着下）自之年《件过数发后字》作符里式用〈道选行标所〉置然项家种目“事输成效方”多列经录么‘语去"
     "法错学指’如设都同存现据当未没…动器面程起包看～类定天号分　值还示进好取·小参部误其—些接主引样型理心除"
     "她模本命前开格但支因令只失从想序实息日务军者组意配无户力它建与库长显把机密十更民败第公码此索已称工打"
     "使情区明查性量知全需三持又空关点版正读业您外将变两创高换间写由问签很必最改重并则物键手应战向头文体政"
     "美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员"
     "解水名真论处走义各入几口认条平系气题活",
     "BDEFFGHHHIIJJJKKKLLLLMMMMNNNNOOOOOPPPPPQQQQQQQRRRRRRRSSSSSSSSSTTTTTTTTTTTTTTUUUUUUUUUUUUUUUUUVVVVVV"
     "VVVVVVVVVVVVVWWWWWWWWWWWWWWWWWWWWWXXXXXXXXXXXXXXXXXXXXXXYYYYYYYYYYYYYYYYYYYYYYYYZZZZZZZZZZZZZZZZZZZ"
     "ZZZZZZ[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\]]]]]]]]]]]]]"
     "]]]]]]]]^^^^^^^^^^^^^^^^^^^^^^^^^_________________"},
    /* Chinese, traditional */
    {CHINESE, "big5",
     "、的一。是不了，在人有．我他這個們中：來上大；為和國？地到以！說時要「就出會」可也你『對生能而』子那"
     "得（於著下）自檔之案年《過式發數後》字作裡目用選〈道指行設所〉然項家取種“語事列成方輸”多示經標麼‘去"
     "件法元學錯’如效都同號現資當稱沒存…動面未起誤看～錄定除天分　區還引進組好·小訊部符其—程些結主樣格理顯"
     "心值她令本前支開模但版因更只從料想建實變日軍失者鍵意碼無預力它執與置長敗把交機十鑰民讀第參公此請已啟"
     "工包使寫情明型性類知需全態三又記關空點移正器業外您將則兩高間由問很最重並物手應戰向頭文體政美相見被利"
     "什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論"
     "處走義各入幾口認條平系氣題活",
     "BDEFFGHHHIIJJJKKLLLLMMMMNNNNOOOOOPPPPPQQQQQQQRRRRRRRSSSSSSSSSSTTTTTTTTTTTTTTTUUUUUUUUUUUUUUUUUVVVVV"
     "VVVVVVVVVVVVVVWWWWWWWWWWWWWWWWWWWWWXXXXXXXXXXXXXXXXXXXXXXYYYYYYYYYYYYYYYYYYYYYYYYYZZZZZZZZZZZZZZZZZ"
     "ZZZZZZZZZ[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\\]]]]]]]]]]]]]]]]]]]]]^^"
     "^^^^^^^^^^^^^^^^^^^^^^^_________________"},
    /* Korean */
    {KOREAN, "euc-kr",
     "다이니지을수에습는로를하의시없자고일가스정파합용은서한음기리사할트도인어션아않오터있나문그위드대제만"
     "으옵값상들보름게함해실작치패라입력데전프표모것부안크형생식장바주여명버면중소키행、된경업원되설무디우"
     "요구못동출열공적과블신조개성변록세비료메호거국령번계야목내잘테연환류레브미렉필물。했선복태때현말타체"
     "방유마회화분단람읽코재너본와간러추반십당커었결베항또려포더최임알속，래절진접줄럼랜페른확．：；？！「"
     "」『』（）《》〈〉“”‘’…～　·",
     "@ABBCCDDEEEFFFFGGGGHHHIIIIIIIJJJJJJKKKKLLLLLLLLMMMMMMNNNNNNNNNNOOOOOOOOOOOOOPPPPPPPPPPPPPQQQQQQQQQQ"
     "QQQQRRRRRRRRRRRRRRRRSSSSSSSSSSSSSSSTTTTTTTTTTTTTTTTTTTTTUUUUUUUUUUUUUUUVVVVVVVVVVVVVVVVVVVVVWWWX[\\"
     "]]^_``aabbcccdddeeff"},
    /* clang-format on */
};

#endif
