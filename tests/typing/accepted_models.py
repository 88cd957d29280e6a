"""What the attributes of answers are."""

# ruff: noqa: PYI051  # as the models write it
from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from typing_extensions import assert_type

from openrouter_sdk import Unrecognized
from openrouter_sdk.models.chat import (
    ChatAssistantMessage,
    ChatContentAudio,
    ChatContentFile,
    ChatContentImage,
    ChatContentText,
    ChatContentVideo,
    ChatToolCall,
    ChatUsage,
    LegacyChatContentVideo,
    ReasoningDetailEncrypted,
    ReasoningDetailServerToolCall,
    ReasoningDetailSummary,
    ReasoningDetailText,
)
from openrouter_sdk.models.messages import AnthropicToolUseBlock
from openrouter_sdk.models.responses import OutputFunctionCallItem

if TYPE_CHECKING:
    from openrouter_sdk.models.chat import ChatContentItems, ChatResult, ReasoningDetailUnion
    from openrouter_sdk.models.credits import GetCreditsResponse
    from openrouter_sdk.models.messages import MessagesResult
    from openrouter_sdk.models.responses import OpenResponsesResult


def plain_attributes(answer: GetCreditsResponse) -> None:
    assert_type(answer.data.total_credits, float)


def attributes_of_a_chat(answer: ChatResult) -> None:
    assert_type(answer.id, str)
    assert_type(answer.created, int)
    assert_type(answer.usage, ChatUsage | None)
    assert_type(answer.choices[0].message, ChatAssistantMessage)
    assert_type(answer.choices[0].message.reasoning, str | None)


def what_an_answer_says(chat: ChatResult, response: OpenResponsesResult, message: MessagesResult) -> None:
    assert_type(chat.text, str)
    assert_type(chat.tool_calls, list[ChatToolCall])
    assert_type(response.text, str)
    assert_type(response.tool_calls, list[OutputFunctionCallItem])
    assert_type(message.text, str)
    assert_type(message.tool_calls, list[AnthropicToolUseBlock])


def an_open_enumeration_is_a_string(answer: ChatResult) -> None:
    reason = answer.choices[0].finish_reason
    assert_type(reason, Literal["tool_calls", "stop", "length", "content_filter", "error"] | str | None)
    if reason is not None:
        text: str = reason
        text.upper()
    if reason == "a reason of tomorrow":
        return


def parts_narrow_by_their_class(part: ChatContentItems) -> str:
    if isinstance(part, Unrecognized):
        return str(part.raw)
    if isinstance(part, ChatContentText):
        return part.text
    assert_type(part, ChatContentImage | ChatContentAudio | LegacyChatContentVideo | ChatContentVideo | ChatContentFile)
    return part.type


def what_isnt_unrecognized_has_its_tag(detail: ReasoningDetailUnion) -> str:
    if not isinstance(detail, Unrecognized):
        assert_type(
            detail,
            ReasoningDetailSummary | ReasoningDetailEncrypted | ReasoningDetailText | ReasoningDetailServerToolCall,
        )
        return detail.type
    assert_type(detail, Unrecognized)
    return "?"


def parts_narrow_by_match(detail: ReasoningDetailUnion) -> str | None:
    match detail:
        case ReasoningDetailText():
            return detail.text
        case ReasoningDetailSummary():
            return detail.summary
        case ReasoningDetailEncrypted() | ReasoningDetailServerToolCall():
            return detail.id
        case Unrecognized():
            return str(detail.raw)
