"""Recognize the meaning of a provider's error sentence. Unknown text has no meaning.

Collected from error lists of the model's providers and from sentences quoted by users. Each list is tried
in order: the most specific patterns come first, before sentences that only sound similar.
"""

import re
from collections.abc import Sequence

_NEAR = r"[^.]{0,60}"

FALSE_FRIENDS = (
    # A filter that is down has not refused the clip.
    rf"(moderation|safety|security|risk control|audit|review|filter\w*) "
    rf"(service|system|server|api|endpoint|backend|checker|gateway|component)"
    rf"{_NEAR}(unavailable|down|time(d)? ?out|unreachable|overload|busy|internal error|crash|not (available|respond)"
    rf"|(returned|status|http|code) 5\d\d)",
    rf"(failed to|unable to|cannot|could not) (reach|call|contact|connect to){_NEAR}(moderation|safety|security)",
    r"(latency|time|case|cost|delay|context|price|performance) sensitive(?!.*(content|information) )",
    r"safety identifier",
    r"model config\w*",
)

ACCOUNT = (
    r"overdue|arrears|\bunpaid\b|quota|free (trial|tier)|spending limit|budget (limit|exceed)|limit of your plan",
    r"(insufficient|not enough|no|exhausted) (account )?(balance|credits?|funds|resource pack)",
    r"out of (credits|funds|balance|money)|balance (is )?(insufficient|too low|not enough|negative|below|exhausted)"
    r"|top up|recharge|credit limit",
    r"billing|payment (required|failed|method)|resource pack (is )?(exhausted|used up|expired)",
    r"(account|subscription|key|token|licen[cs]e|contract) (\w+ ){0,3}(suspend|frozen|disabled|expired|revoked"
    r"|lapsed|ended|closed)",
    r"(key|token|account|tenant|workspace)( \w+){0,3} (no|not|lacks|without)( \w+){0,2} (permi|access|authori[sz]"
    r"|entitle)",
    r"(closed|inaccessible|not (available|open|enabled|activated|accessible)) (to|for|in) (this|your|the) "
    r"(account|key|tenant|workspace|project)|\bmodel not open",
    r"(invalid|missing|incorrect|wrong) (api|access) ?key|api ?key (\w+ ){0,3}(invalid|incorrect|missing|wrong)",
    r"(account|organi[sz]ation|tenant|project)( \w+){0,4} not (activated|enabled|opened|subscribed|verified)",
    r"(has not|not) (activated|enabled|opened|subscribed to) the (model|service)|authentication ?error",
    r"set limit exceeded|inference limit|欠费|余额不足|配额|额度|未开通",
)
OVERLOADED = (
    r"overload|throttl|rate limit|too many (requests|tasks|jobs|concurrent)|burst too fast|inflight batch",
    r"\b(rpm|tpm|qps|ipm|rps)\b|[rt]pm(exceed|limit|rate)",
    r"concurren(t|cy)( \w+){0,3} (limit|exceed|reached)|limit of concurren",
    r"(at|over|no|insufficient|exceeds?|limited|out of) (\w+ )?capacity|capacity (is )?(exceeded|reached|full|limit)",
    r"(server|system|service|model|engine|cluster)s? (is |are )?(currently )?(too )?busy|queue (is )?full",
    r"(heavy|high) (load|demand|traffic)|(no|insufficient) (available )?(gpu|compute|worker)|限流|繁忙|过载|排队",
    r"(gpu|compute|worker|node)s?( \w+)? (is |are )?(exhausted|full|used up|all busy|busy)|slow down",
)

# Words of refusal: alone they mean that a filter refused, with "output audio" also what it refused.
_JUDGED = (
    r"sensitive (content|information|info|material|words?|text|topics?|subject|image|video|elements?)",
    r"(contain|include|involve|detect|deemed|considered|flagged|marked|judged|classified|found|is|are|politically)"
    r"\w*( \w+){0,3} sensitive",
    r"sensitive content detected|\bnsfw\b|\bnud(e|ity)\b|porn|sexual|erotic|explicit (content|material|imagery)",
    r"hate speech|self harm|child (safety|abuse)|graphic violence|severe violation|to violence|vulgar|\bgore\b",
    r"inappropriate|harmful|illegal content|prohibited|disallowed|objectionable|offensive|unsafe|not safe for",
    r"(forbidden|restricted|banned|blocked|violating) (content|words?|material|terms?|topics?)",
    r"(content|usage|use|community|safety|platform|moderation|service) (polic|guideline|rule|standard)",
    rf"polic(y|ies) violation|violat\w*{_NEAR}(polic|rules?\b|guideline|terms|regulation|law|standard)",
    rf"(against|breach\w*|in conflict with){_NEAR}(polic|guideline|platform|terms of)",
    r"risk (control|detect|review|audit|management)|risky",
    r"content (security|safety|audit|review|check|filter|detect)",
    r"(prompt|image|video|text|input|request|content) (was|is|got) (blocked|censored|banned)|reason:? safety\b",
    r"security (check|review|audit|filter)|flagged (as|by|for)|(was|were|been|is|are|content) (flagged|moderated)",
    r"(blocked|rejected|refused|filtered|declined|removed)( \w+){0,5} (safety|moderation|filter|policy|review)",
    r"safety (filter|system|polic|guideline|check|violation|concern|reason|standard|rating|review|block|setting)",
    r"(by|from|pass|passed|passing|failed|fail|input|output|content|our|the|prompt|image|video|text) moderation",
    r"moderation (block|reject|polic|filter|violation|fail|flag|check|rule|guideline|reason|error|refus|denied)",
    r"\bmoderat(ed|ion)$|^moderation\b|did(n t| not) pass( \w+){0,4} (review|audit|check|inspection)",
    r"(safety|moderation|compliance|content) (layer|gate|guard|guardrail|compliance)s?\b|\brisk not pass",
    r"compliance (reason|check|review|audit|rule|polic|violation|requirement)|not compl(y|iant)|non compliant",
    r"(violence|gore|blood|weapons?|drugs?|minors?|nudity) (was |is |were )?(detected|found)|\bguardrails?\b",
    r"(video|image|picture|text|prompt|content|output|result|material) (was|is|are|were|got|has been) "
    r"(filtered(?! (through|into|to|for))|censored)",
    r"(content|prompt|material|topic|subject)s? (is |are )?not (allowed|permitted|accepted)\b(?! (to|in|for|by))",
    r"unsuitable|not (suitable for|safe for|appropriate)|violent (content|material|imagery|scene)|adult (content"
    r"|material|imagery)|graphic or|\bbloody\b|obscen|indecen",
    r"敏感|违规|违禁|违反|不合规|审核(未|不|没)|未(能)?通过(\w*)审核|风控|色情|暴力|违法",
)
# Words for people who exist.
_REAL = (
    r"(real|actual|living|existing|genuine|photo ?real(istic)?|realistic|life ?like|true to life|recogni[sz]able|"
    r"identifiable|private)"
)
_PERSON = (
    rf"\b{_REAL} (\w+ )?(persons?|people|humans?|individuals?|faces?|portraits?)\b",
    r"biometric|fac(e|ial) (recognition|match\w*|feature)s?( \w+){0,2} (trigger|detect|found|match|hit|block|reject)",
    r"human (subject|figure|face|portrait|likeness)s?( \w+)? (detect|found|recogni[sz]|identif|not (allowed"
    r"|support))",
    r"真实(的)?人",
    r"real[ -]?(life )?(person|people|human|individual|face|portrait)",
    r"(human|person s|people s|recogni[sz]able|identifiable|clear|visible|realistic) (\w+ )?face",
    r"(contain|includ|detect|featur|show|depict|recogni[sz])\w* (\w+ ){0,2}(faces?|human beings?|portraits?)\b",
    r"\bfaces? (is |are |was |were |has been )?(detected|found|recogni[sz]ed|not allowed|prohibited|visible)",
    r"(public|political|famous|well known) (figure|person|people)|celebrit|politician|privacy information",
    r"\blikeness|deep ?fake|portrait rights?|personal (privacy|identity)|identifiable (person|people|individual)",
    r"真人|人脸|肖像|名人",
)
_COPYRIGHT = (
    r"rights? ?(holder|owner)|rights (\w+ )?reserved|\bip (issue|concern|claim|content|risk)"
    r"|licen[cs]ed (character|content|work)",
    r"(protected|trademarked|franchise|film|movie|cartoon|anime|comic|game) (\w+ )?(franchise|character|figure)s?\b",
    r"protected (\w+ )?ip\b",
    r"copyright|trademark|intellectual property|\bip (infring|violation|protect|right|restrict)|infring",
    r"\bdmca\b|protected (character|work|brand|material)|third party (right|content|ip)|版权|侵权|知识产权",
)
_AUDIO = (
    r"(output|generated|resulting|result|produced|synthesi[sz]ed)( s)? (audio|sound|voice|speech|music)",
    r"(audio|sound|voice|speech|music|soundtrack) (output|generation)|(输出|生成)的?(音频|声音|语音)",
    # "The soundtrack we generated", "audio of this video"; what was sent is an input or a reference.
    r"(?<!input )(?<!reference )\b(audio|sound|voice|speech|music|soundtrack)( \w+){0,3} (generated|produced)\b",
    r"(?<!input )(?<!reference )\b(audio|sound|voice|speech|music|soundtrack) (in|of) (the|this|your) (result"
    r"|output|video|clip)",
)

_MEDIA = (
    r"(images?|videos?|audios?|sounds?|files?|urls?|links?|resources?|media|assets?|references?|pictures?|"
    r"frames?|materials?|mp4|mov|webm|jpe?g|png|webp|gif|mp3|wav|m4a)"
)
UNREADABLE = (
    rf"{_MEDIA}?( url| file)? ?download\w*{_NEAR}(fail|error|time(d)? ?out|timeout|unsuccessful|not complete)",
    rf"(fail|unable|error|could not|couldn t|cannot|can t|time(d)? ?out|timeout|impossible)\w*{_NEAR}\bdownload",
    r"(fail\w*|unable|error|could not|couldn t|cannot|can t|not able|time(d)? ?out|timeout|\d{3})"
    r"( to| while| when| in)?( \w+)? "
    rf"(identify|fetch|retriev|access|load|open|read|decod|pars|obtain|get|reach|process)\w*( \w+){{0,4}} {_MEDIA}\b",
    rf"{_MEDIA}( \S+){{0,6}} (could not|couldn t|cannot|can t|can not) be (\w+ )?"
    r"(read|fetched|downloaded|opened|accessed|decoded|loaded|parsed|retrieved|reached)",
    r"asset( \S+){0,6} (not found|not active|not exist|inactive|expired|not ready|not available|unavailable)",
    r"asset (not found|not active)|asset( \S+){0,3} (does not|doesn t) exist|no such asset|invalid asset",
    rf"{_MEDIA}( \S+){{0,3}} (expired|not accessible|inaccessible|unreachable|not reachable|not found)",
    rf"(corrupt|damaged|broken|truncated|unreadable)\w*( \w+){{0,2}} {_MEDIA}|"
    rf"{_MEDIA}( \w+){{0,4}} (corrupt|damaged|broken|truncated|unreadable)",
    rf"(invalid|unsupported|unknown|wrong|bad|illegal) {_MEDIA}"
    r"( ?(url|file|data|format|type|codec|link|content|encoding|address)\b|$| ?[.,;:(])",
    rf"{_MEDIA}( (url|file|data|format|type|codec|encoding))?( \w+)? (is |are )?"
    r"(invalid|not valid|unsupported|not supported|malformed|empty)"
    r"(?!.*(duration|length|size|width|height|pixel|ratio|resolution|second|mix|frame))",
    rf"{_MEDIA}\b( \S+){{0,8}} (returned|responded( with)?|answered( with)?|gave|status|http)( \w+){{0,2}} 4\d\d\b",
    r"\bhttp 4\d\d\b|(remote|host\w*|origin) server( \w+){0,6} (respond|answer|refus|timed out)",
    rf"{_MEDIA}\b( \S+){{0,3}} (could not|couldn t|cannot|can t|can not) be (processed|used|identified)",
    r"(image|video|audio|media|file|picture) decod\w* (error|fail)|unexpected (end of file|eof)|moov atom",
    r"asset( \S+){0,4} (is |was |has been |are )?(still )?(pending|processing|deleted|removed|missing|not yet)",
    rf"{_MEDIA}( \w+){{0,3}} (is |are )?not (\w+ )?(recogni[sz]ed|public|publicly accessible|reachable|readable)",
    r"unreadable|resource (not found|unavailable)|下载失败|无法(下载|读取|访问)|素材(不存在|失效)",
)

_APART = (
    r"(mix|combin|together|conflict|mutually|exclusiv|simultan|co ?exist|not both|along ?(side|with)|either"
    r"|only one of|"
    r"(same|one|single) (time|request|task|call)|not (available|allowed|accepted|supported) in)"
)
FRAMES_MIXED = (
    rf"^(?=.*\b(first|last|start|end|tail)( \w+){{0,3}} ?frames?\b)(?=.*\breference)(?=.*{_APART})",
    rf"(first|last|start|end|tail)[ /]?(and |or )?(last|end|tail)? ?frames?{_NEAR}"
    r"(mix|combin|together|conflict|mutually|simultaneous|same (time|request)|cannot be used|alongside|same request)",
    rf"(both|only one of|either){_NEAR}(frame|start image){_NEAR}reference",
    rf"(mix|combin|together|conflict|mutually|simultaneous)\w*{_NEAR}(first|last|start|end)[ /]?(last )?frame",
    rf"reference (image|video|audio|media|material){_NEAR}(mix|combin|together|conflict|mutually){_NEAR}frame",
    rf"(frame|start image|end image){_NEAR}(cannot|can t|can not|may not|must not|not) (be )?"
    rf"(used|combined|given|sent|set){_NEAR}reference|(reference|frame) mode{_NEAR}(mutually|exclusive|not both)",
    r"首帧.*参考|首尾帧",
)
EDITING = (
    rf"(identified|recogni[sz]ed|classified|detected|treated|interpreted|considered|understood|routed|seen|intent|"
    rf"looks like){_NEAR}(edit|extension|video to video|modif|rework)",
    r"(edit|modif\w*|alter|rework)( \w+){0,2} (source|existing|input|original) (video|clip|footage)",
    r"video edit\w*( \w+){0,2} (task|mode|request)|task( type)?( \w+){0,3} (is )?(video )?edit|视频编辑",
)
RATIO = (
    rf"^(?!.*too (wide|narrow|tall)).*ratio{_NEAR}(first (frame|image)|start image|input image|image to video|i2v"
    rf"|adaptive|follow|determined by)",
    rf"^(?!.*too (wide|narrow|tall)).*(first frame|start image|image to video|i2v){_NEAR}ratio",
)
PICTURE_SIZE = (
    rf"(image|picture|photo|frame)\w*{_NEAR}(width|height|dimension|\bside|pixel|aspect|too (small|large|big|wide"
    rf"|narrow|tall)|"
    r"smaller|larger|bigger|\d ?px|\d ?x ?\d|required size)",
    r"(image|picture|photo|frame)\w* (size|resolution)",
    rf"(width|height|dimension|\bside|aspect)\w*{_NEAR}(image|picture|photo|frame)s?\b",
    r"图片.*(宽|高|尺寸|像素)",
)
REFERENCE_PIXELS = (
    r"(reference|input) (video|clip)s?( \w+){0,4} \d{3,4}p\b",
    rf"(video|clip)\w*{_NEAR}(pixel|resolution|width|height|dimension|too (large|big|small))",
    rf"(pixel|resolution|width|height|dimension)\w*{_NEAR}(video|clip)|pixel count|\b(409600|927408)\b",
)
# We send no frame rate, so it is that of a video.
FRAME_RATE = (r"frame ?rates?\b|\bfps\b|\bframes (per|a) second|帧率",)
REFERENCE_LENGTH = (
    rf"(video|audio|sound|clip)\w*{_NEAR}(duration|length|too (long|short)|seconds|longer|shorter|\b\d+ ?s\b)",
    rf"(duration|length)\w*{_NEAR}(video|audio|sound|clip)|(视频|音频).{{0,8}}时长",
)
_NAMES = (
    r"(duration|resolution|ratio|seed|prompt|frames?|width|height|pixels?|camera ?fixed|"
    r"generate ?audio|web ?search|first frame|last frame|start image|end image|"
    r"number of (images|videos|audios|references|files))"
)
SETTINGS = (
    r"\bparam(eter|s|eters)?\b.{0,60}(not valid|invalid|not support|unsupport|illegal|missing|required|empty|"
    r"out of|must|should|cannot|can not|exceed|wrong|not allowed|unknown|conflict)",
    r"(invalid|unsupported|illegal|missing|wrong|unknown|unexpected|unrecogni[sz]ed) (\w+ ){0,2}"
    r"(param\w*|propert\w*|argument|option|setting|value|field|key)|cannot be the only (reference|input)",
    r"invalid (request )?(body|input)|validation (fail|error)|field required|invalid param|bad request|参数",
    rf"\b{_NAMES}\b( \w+){{0,4}} (must|should|not valid|invalid|exceed\w*|too (long|short|large|small|many|big)|"
    r"cannot|out of|between|at (most|least)|unsupported|not support\w*|not allowed|is required)",
    rf"(invalid|unsupported|not support\w*|illegal|missing|only supports?) (\w+ ){{0,3}}{_NAMES}\b",
    rf"value \S+ (for|of) {_NAMES}\b|too many (\w+ ){{0,2}}(images|videos|audios|sounds|references|files)\b",
    r"(task|model|mode)( \w+){0,4} (does not|doesn t|not) (support|allow|accept)",
)


def normalize(error: str) -> str:
    """Normalize a sentence or error code: lower case, spaces, camel case split."""
    spaced = re.sub(r"(?<=[a-z])(?=[A-Z][a-z])", " ", error[:2000])
    words = " ".join(re.sub(r"[_\-'’`\"“”*]+|(?<=\w)/(?=\w)", " ", spaced).lower().split())
    return re.sub(r"\b(is|are|was|were|does|do|has|have)n t\b", r"\1 not", words)


def matches(patterns: Sequence[str], sentence: str) -> bool:
    """Return whether any pattern matches a normalized sentence."""
    return any(re.search(pattern, sentence) for pattern in patterns)


def is_moderation(sentence: str) -> bool:
    return matches(_JUDGED, sentence)


def is_about_a_person(sentence: str) -> bool:
    return matches(_PERSON, sentence)


def is_about_copyright(sentence: str) -> bool:
    return matches(_COPYRIGHT, sentence)


def is_about_output_audio(sentence: str) -> bool:
    """Return whether only the generated audio was refused."""
    return matches(_AUDIO, sentence) and matches((*_JUDGED, *_COPYRIGHT, *_PERSON), sentence)
