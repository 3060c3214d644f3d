// node tables.mjs OUT: Unicode properties and simple case mappings for the regular expressions, as C. What they hold is
// asked of node's own regular expressions; its version of Unicode is ours.
import { writeFileSync } from "node:fs";

const CATEGORIES = `L:Letter Lu:Uppercase_Letter Ll:Lowercase_Letter Lt:Titlecase_Letter LC:Cased_Letter Lm:Modifier_Letter
Lo:Other_Letter M:Mark:Combining_Mark Mn:Nonspacing_Mark Mc:Spacing_Mark Me:Enclosing_Mark N:Number Nd:Decimal_Number:digit
Nl:Letter_Number No:Other_Number S:Symbol Sm:Math_Symbol Sc:Currency_Symbol Sk:Modifier_Symbol So:Other_Symbol
P:Punctuation:punct Pc:Connector_Punctuation Pd:Dash_Punctuation Ps:Open_Punctuation Pe:Close_Punctuation
Pi:Initial_Punctuation Pf:Final_Punctuation Po:Other_Punctuation Z:Separator Zs:Space_Separator Zl:Line_Separator
Zp:Paragraph_Separator C:Other Cc:Control:cntrl Cf:Format Co:Private_Use Cn:Unassigned`;

const BINARY = `ASCII ASCII_Hex_Digit:AHex Alphabetic:Alpha Any Assigned Bidi_Control:Bidi_C Bidi_Mirrored:Bidi_M
Case_Ignorable:CI Cased Changes_When_Casefolded:CWCF Changes_When_Casemapped:CWCM Changes_When_Lowercased:CWL
Changes_When_NFKC_Casefolded:CWKCF Changes_When_Titlecased:CWT Changes_When_Uppercased:CWU Dash
Default_Ignorable_Code_Point:DI Deprecated:Dep Diacritic:Dia Emoji Emoji_Component:EComp Emoji_Modifier:EMod
Emoji_Modifier_Base:EBase Emoji_Presentation:EPres Extended_Pictographic:ExtPict Extender:Ext Grapheme_Base:Gr_Base
Grapheme_Extend:Gr_Ext Hex_Digit:Hex IDS_Binary_Operator:IDSB IDS_Trinary_Operator:IDST ID_Continue:IDC ID_Start:IDS
Ideographic:Ideo Join_Control:Join_C Logical_Order_Exception:LOE Lowercase:Lower Math Noncharacter_Code_Point:NChar
Pattern_Syntax:Pat_Syn Pattern_White_Space:Pat_WS Quotation_Mark:QMark Radical Regional_Indicator:RI Sentence_Terminal:STerm
Soft_Dotted:SD Terminal_Punctuation:Term Unified_Ideograph:UIdeo Uppercase:Upper Variation_Selector:VS White_Space:space
XID_Continue:XIDC XID_Start:XIDS`;

const SCRIPTS = `Adlam:Adlm Ahom Anatolian_Hieroglyphs:Hluw Arabic:Arab Armenian:Armn Avestan:Avst Balinese:Bali Bamum:Bamu
Bassa_Vah:Bass Batak:Batk Bengali:Beng Bhaiksuki:Bhks Bopomofo:Bopo Brahmi:Brah Braille:Brai Buginese:Bugi Buhid:Buhd
Canadian_Aboriginal:Cans Carian:Cari Caucasian_Albanian:Aghb Chakma:Cakm Cham Cherokee:Cher Chorasmian:Chrs Common:Zyyy
Coptic:Copt Cuneiform:Xsux Cypriot:Cprt Cypro_Minoan:Cpmn Cyrillic:Cyrl Deseret:Dsrt Devanagari:Deva Dives_Akuru:Diak
Dogra:Dogr Duployan:Dupl Egyptian_Hieroglyphs:Egyp Elbasan:Elba Elymaic:Elym Ethiopic:Ethi Georgian:Geor Glagolitic:Glag
Gothic:Goth Grantha:Gran Greek:Grek Gujarati:Gujr Gunjala_Gondi:Gong Gurmukhi:Guru Han:Hani Hangul:Hang
Hanifi_Rohingya:Rohg Hanunoo:Hano Hatran:Hatr Hebrew:Hebr Hiragana:Hira Imperial_Aramaic:Armi Inherited:Zinh
Inscriptional_Pahlavi:Phli Inscriptional_Parthian:Prti Javanese:Java Kaithi:Kthi Kannada:Knda Katakana:Kana Kawi Kayah_Li:Kali
Kharoshthi:Khar Khitan_Small_Script:Kits Khmer:Khmr Khojki:Khoj Khudawadi:Sind Lao:Laoo Latin:Latn Lepcha:Lepc Limbu:Limb
Linear_A:Lina Linear_B:Linb Lisu Lycian:Lyci Lydian:Lydi Mahajani:Mahj Makasar:Maka Malayalam:Mlym Mandaic:Mand
Manichaean:Mani Marchen:Marc Masaram_Gondi:Gonm Medefaidrin:Medf Meetei_Mayek:Mtei Mende_Kikakui:Mend Meroitic_Cursive:Merc
Meroitic_Hieroglyphs:Mero Miao:Plrd Modi Mongolian:Mong Mro:Mroo Multani:Mult Myanmar:Mymr Nabataean:Nbat
Nag_Mundari:Nagm Nandinagari:Nand New_Tai_Lue:Talu Newa Nko:Nkoo Nushu:Nshu Nyiakeng_Puachue_Hmong:Hmnp Ogham:Ogam
Ol_Chiki:Olck Old_Hungarian:Hung Old_Italic:Ital Old_North_Arabian:Narb Old_Permic:Perm Old_Persian:Xpeo Old_Sogdian:Sogo
Old_South_Arabian:Sarb Old_Turkic:Orkh Old_Uyghur:Ougr Oriya:Orya Osage:Osge Osmanya:Osma Pahawh_Hmong:Hmng Palmyrene:Palm
Pau_Cin_Hau:Pauc Phags_Pa:Phag Phoenician:Phnx Psalter_Pahlavi:Phlp Rejang:Rjng Runic:Runr Samaritan:Samr Saurashtra:Saur
Sharada:Shrd Shavian:Shaw Siddham:Sidd SignWriting:Sgnw Sinhala:Sinh Sogdian:Sogd Sora_Sompeng:Sora Soyombo:Soyo
Sundanese:Sund Syloti_Nagri:Sylo Syriac:Syrc Tagalog:Tglg Tagbanwa:Tagb Tai_Le:Tale Tai_Tham:Lana Tai_Viet:Tavt Takri:Takr
Tamil:Taml Tangsa:Tnsa Tangut:Tang Telugu:Telu Thaana:Thaa Thai Tibetan:Tibt Tifinagh:Tfng Tirhuta:Tirh Toto
Ugaritic:Ugar Vai:Vaii Vithkuqi:Vith Wancho:Wcho Warang_Citi:Wara Yezidi:Yezi Yi:Yiii Zanabazar_Square:Zanb`;

const SURROGATES = [0xd800, 0xdfff];
const all = (() => {
  const parts = [];
  for (let c = 0; c <= 0x10ffff; c++) if (c < SURROGATES[0] || c > SURROGATES[1]) parts.push(String.fromCodePoint(c));
  return parts.join("");
})();

// First and last of each run of characters with the property; null when node does not know it.
function rangesOf(property) {
  let pattern;
  try {
    pattern = new RegExp(`\\p{${property}}+`, "gu");
  } catch {
    return null;
  }
  const ranges = [];
  for (const [run] of all.matchAll(pattern)) {
    const first = run.codePointAt(0);
    const last = run.codePointAt(run.length - (run.charCodeAt(run.length - 1) >= 0xdc00 && run.charCodeAt(run.length - 1) <= 0xdfff ? 2 : 1));
    if (first < SURROGATES[0] && last > SURROGATES[1]) ranges.push([first, SURROGATES[0] - 1], [SURROGATES[1] + 1, last]);
    else ranges.push([first, last]);
  }
  return new RegExp(`^\\p{${property}}$`, "u").test("\ud800") ? ranges.concat([SURROGATES]).sort((a, b) => a[0] - b[0]) : ranges;
}

const lines = ["/* Made by tables.mjs. */", "#include <stddef.h>", "#include <stdint.h>"];
const entries = [];  // [name, array]
const known = new Map();

function add(names, property, prefix) {
  const ranges = rangesOf(property);
  if (ranges === null || ranges.length === 0) return;
  const text = ranges.map(([a, b]) => `{${a},${b}}`).join(",");
  if (!known.has(text)) {
    known.set(text, `ranges_${known.size}`);
    lines.push(`static const uint32_t ${known.get(text)}[][2] = {${text}};`);
  }
  for (const name of names) entries.push([prefix + name, known.get(text)]);
}

const listed = (text) => text.trim().split(/\s+/).map((word) => word.split(":"));
for (const names of listed(`${CATEGORIES} Cs:Surrogate`)) add(names, names[0], "gc=");
for (const names of listed(BINARY)) add(names, names[0], "");
for (const names of listed(SCRIPTS)) add(names, `Script=${names[0]}`, "sc=");
for (const names of listed(SCRIPTS)) add(names, `Script_Extensions=${names[0]}`, "scx=");

entries.sort(([a], [b]) => (a < b ? -1 : 1));
lines.push("static const struct {\n  const char* name;\n  const uint32_t (*ranges)[2];\n  size_t count;\n} properties[] = {");
for (const [name, array] of entries) lines.push(`  {"${name}", ${array}, sizeof(${array}) / sizeof(${array}[0])},`);
lines.push("};");

for (const [name, map] of [["to_upper", (s) => s.toUpperCase()], ["to_lower", (s) => s.toLowerCase()]]) {
  const pairs = [];
  for (let c = 0x80; c <= 0x1ffff; c++) {
    if (c >= SURROGATES[0] && c <= SURROGATES[1]) continue;
    const mapped = [...map(String.fromCodePoint(c))];
    if (mapped.length === 1 && mapped[0].codePointAt(0) !== c) pairs.push(`{${c},${mapped[0].codePointAt(0)}}`);
  }
  lines.push(`static const int32_t ${name}[][2] = {${pairs.join(",")}};`);
}
writeFileSync(process.argv[2], lines.join("\n") + "\n");
