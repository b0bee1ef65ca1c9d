"""What providers say, as their users quote it, and what it means for whoever waits."""

import pytest

from generations.texts import failure_reasons as reasons

SAID = {
    reasons.REAL_PERSON: [
        "The request failed because the input image may contain real person.",
        "The request failed because the input video may contain real person. Request id: 0217",
        "The input image may contain a real person",
        "InputImageSensitiveContentDetected.PrivacyInformation",
        "input video may contain real people",
        "Image contains human faces, which is not allowed",
        "Real human face detected in reference image",
        "A recognizable face was found in the first frame",
        "The picture shows a public figure",
        "Prompt mentions a celebrity",
        "This violates portrait rights",
        "输入图片可能包含真人",
    ],
    reasons.COPYRIGHT: [
        "The request failed because the output video may be related to copyright restrictions.",
        "The request failed because the input text may be related to copyright restrictions.",
        "input image may be related to copyright restrictions",
        "Output video blocked: copyright",
        "The content may infringe intellectual property",
        "Trademark detected in prompt",
        "输出视频涉及版权限制",
    ],
    reasons.OUTPUT_AUDIO: [
        "The request failed because the output audio may contain sensitive information.",
        "OutputAudioSensitiveContentDetected",
        "The output audio may be related to copyright restrictions",
        "Generated audio was flagged by moderation",
        "output audio violates the platform rules",
        "The generated speech did not pass the content review",
    ],
    reasons.MODERATION: [
        "Provider returned an error: content policy violation",
        "The request failed because the input text may contain sensitive information.",
        "The request failed because the output video may contain sensitive information.",
        "InputTextSensitiveContentDetected",
        "SensitiveContentDetected.SevereViolation",
        "OutputVideoSensitiveContentDetected.PolicyViolation",
        "The input violates the platform rules.",
        "Your prompt violates our platform's rules",
        "The content was flagged by risk control",
        "Flagged by risk control system",
        "InputTextRiskDetection",
        "Prohibited content detected",
        "The prompt contains prohibited content",
        "The content contains prohibited words",
        "NSFW content detected",
        "Content flagged by moderation",
        "The prompt did not pass moderation",
        "Rejected by the safety filter",
        "Request blocked by our safety system",
        "Your request was rejected as a result of our safety system.",
        "This request violates our usage policies",
        "This goes against our community guidelines",
        "The content could not be processed because it contained material flagged by a content checker.",
        "Inappropriate content in prompt",
        "moderation_blocked",
        "content_policy_violation",
        "The text is considered politically sensitive",
        "Input moderation failed",
        "Contains harmful content",
        "The parameter `content[0].text` specified in the request is not valid: contains sensitive information",
        "内容违规，请修改",
        "提示词包含敏感信息",
    ],
    reasons.FRAMES_MIXED: [
        "The parameter `content` specified in the request is not valid: first/last frame content cannot be mixed "
        "with reference media content.",
        "First frame and last frame cannot be combined with reference images",
        "reference images cannot be used together with first frame",
        "The parameter `content` is not valid: first_frame and reference_image are mutually exclusive",
    ],
    reasons.EDITING: [
        "The parameter `content` specified in the request is not valid: the task was identified as video editing "
        "because of the prompt",
        "The task is recognized as video editing based on your prompt, reference video duration is not allowed",
        "Task type is video edit, ratio is not supported",
    ],
    reasons.RATIO: [
        "The parameter `ratio` specified in the request is not valid: ratio follows the first frame",
        "The aspect ratio must be adaptive when a first frame is given",
        "The parameter `ratio` is not valid for image to video",
    ],
    reasons.PICTURE_SIZE: [
        "The parameter `content[1].image_url` specified in the request is not valid: image width must be between "
        "300 and 6000 pixels",
        "The image height should be at least 300px",
        "Image aspect ratio must be between 0.4 and 2.5",
        "Picture width exceeds the limit",
        "image too small",
        "The dimensions of the image are out of range",
    ],
    reasons.REFERENCE_LENGTH: [
        "The parameter `content` specified in the request is not valid: total length of videos must not exceed 15 s",
        "The total duration of reference videos should be between 2 and 15 seconds",
        "Video duration must be at least 2 seconds",
        "Reference audio is too long",
        "The parameter `video_url` is not valid: video duration exceeds 15s",
    ],
    reasons.REFERENCE_PIXELS: [
        "The parameter `content[2].video_url` specified in the request is not valid: video pixel count must be "
        "between 409600 and 927408",
        "The pixel count of the video exceeds the limit",
        "Video resolution is too large",
    ],
    reasons.REFUSED: [
        "The parameter `resolution` specified in the request is not valid",
        "The parameter `duration` specified in the request is not valid: must be between 4 and 15",
        "The parameter 'seed' specified in the request is not valid.",
        "Invalid parameter: camera_fixed",
        "InvalidParameter",
        "Missing required parameter prompt",
        "The parameter `safety_level` specified in the request is not valid",
        "Validation failed",
        "duration must be between 4 and 15",
        "Prompt too long",
        "Unsupported resolution 1080p",
        "This model does not support web search",
        "number of images must not exceed 9",
    ],
    reasons.UNREADABLE: [
        "resource download failed",
        "Image download failed: resource download failed",
        "error while downloading: https://a.test/x.png",
        "Error while downloading file, status code 403",
        "Timeout while downloading the image",
        "asset not found or not active",
        "The specified asset asset-20260101-ab12 is not found",
        "Asset asset://a1 is not active",
        "Could not read the reference image",
        "Failed to fetch image from URL",
        "Unable to download video",
        "The image could not be downloaded",
        "Cannot access the file",
        "Failed to decode video",
        "Invalid image",
        "Invalid image URL",
        "invalid video format",
        "Unsupported image format",
        "The audio file is corrupted",
        "The link has expired",
        "image_url is not accessible",
        "图片下载失败",
    ],
    reasons.ACCOUNT: [
        "The request failed because your account has an overdue balance.",
        "AccountOverdueError",
        "QuotaExceeded",
        "You have exceeded your quota",
        "Insufficient balance",
        "Insufficient credits",
        "Your account has not activated the model",
        "Billing hard limit reached",
        "SetLimitExceeded",
        "Invalid API key",
        "账户欠费",
    ],
    reasons.OVERLOADED: [
        "ServerOverloaded",
        "The service is currently overloaded, please try again later",
        "Too many requests",
        "Rate limit exceeded",
        "The TPM limit of the model is exceeded",
        "The model is at capacity",
        "System is busy",
        "Concurrent task limit reached",
        "RequestBurstTooFast",
        "Insufficient GPU",
    ],
    reasons.PROVIDER: [
        "",
        "Internal error",
        "Something went wrong",
        "Provider returned an error",
        "The safety identifier is invalid",
        "safety_identifier is invalid",
        "latency sensitive requests are not served by this region",
        "latency-sensitive",
        "The moderation service is unavailable",
        "moderation service temporarily unavailable, try again",
        "The content safety service timed out",
        "could not read the model configuration",
        "Could not load the model configuration file",
        "case-sensitive header",
        "Task failed",
        "Connection reset by peer",
        "Surface rendering failed",
        "Minor error",
        "The video was generated in 12 seconds",
        "生成失败",
    ],
}
ALL = [(code, said) for code, sentences in SAID.items() for said in sentences]


@pytest.mark.parametrize(("code", "said"), ALL)
def test_each_sentence_has_its_meaning(code, said):
    assert reasons.cause_of(said) == code


@pytest.mark.parametrize(("code", "said"), ALL)
def test_wrapping_a_sentence_does_not_change_its_meaning(code, said):
    assert reasons.cause_of(f"Provider returned an error: {said}\n(request id 0217-ab)") == code


@pytest.mark.parametrize(
    ("said", "setting"),
    [
        ("The parameter `resolution` specified in the request is not valid", "Resolution"),
        ("The parameter `duration` specified in the request is not valid: 4 to 15", "Length"),
        ("The parameter 'ratio' is not valid", "Aspect ratio"),
        ("The parameter “seed” specified in the request is not valid.", "Seed"),
        ("The parameter generate_audio specified in the request is not valid", "Audio"),
        ("Invalid parameter: camera_fixed", "Fixed camera"),
        ("The parameter `content[0].text` specified in the request is not valid", "Prompt"),
        ("The parameter `mood` specified in the request is not valid", ""),
        ("Validation failed", ""),
    ],
)
def test_the_setting_is_named_where_we_have_it(said, setting):
    assert reasons.setting_in(said) == setting
    assert setting in reasons.words_for(reasons.REFUSED, said)


@pytest.mark.parametrize(
    "code", [*SAID, reasons.NO_RESULT, reasons.LOST, reasons.GIVEN_UP, reasons.CANCELLED]
)
def test_every_code_has_a_name_and_words(code):
    assert reasons.NAMES[code]
    assert reasons.WORDS[code]
    assert len(code) <= 40


def test_what_is_refused_at_once_is_a_setting_unless_its_words_say_otherwise():
    assert reasons.rejection_of("no") == reasons.REFUSED
    assert reasons.rejection_of("input text may contain sensitive information") == reasons.MODERATION


@pytest.mark.parametrize(
    "said", ["a" * 100_000, "download " * 20_000, "video frame " * 20_000, "\n" * 50_000]
)
def test_a_long_sentence_is_read_quickly(said):
    reasons.cause_of(said)
