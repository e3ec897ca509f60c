"""The examples about agents, sessions, messages and queues, in the document's order, and what comes of each."""

from unittest.mock import ANY

from mock_udesk.company.pushes.shapes import survey_options
from mock_udesk.settings import Settings

from . import curls, given, talk
from .examples import DONE, MALFORMED, NO_SESSION, Row

GET_IS_REFUSED = "no -X and no -d: curl sends a GET, which ruling 5 refuses with 404"
ANNA = {
    "im_sub_session_id": 1001,
    "count": 0,
    "agent_id": 397,
    "agent_name": "Anna",
    "agent_avatar": "",
    "survey_options": survey_options(Settings().survey),
}
NO_ROUTE = talk.refusal(404, ANY)

ROWS = {
    "create_session": Row(
        curls.CREATE_SESSION,
        "the body wins over the query, agent_id may be a text (ruling 5); an agent_id makes assign_type ignored",
        {"code": 1000, "message": "请求成功", "assign_type": "agent", "assign_info": ANNA},
        given=given.agent_397,
        then=given.body_won,
    ),
    "create_session, nobody has the id": Row(
        curls.CREATE_SESSION, "agent_id unknown (ruling 8)", talk.refusal(5050, "客服不存在")
    ),
    "create_agent_session": Row(
        curls.CREATE_AGENT_SESSION,
        "an object in an object without a name is not JSON: 2000 with the field's name (ruling 5)",
        MALFORMED,
        named="body",
    ),
    "create_agent_session, mended": Row(
        curls.CREATE_AGENT_SESSION,
        "§请求客服返回, 正确返回; the outer braces are taken away, else it is not JSON",
        {
            "code": 1000,
            "message": "请求成功",
            "assign_type": "agent",
            "assign_info": {**ANNA, "agent_id": 3, "agent_name": "Tom"},
        },
        instead=(("{\n  {", "{"), ("}\n}", "}")),
    ),
    "close_session": Row(
        curls.CLOSE_SESSION, "§关闭会话; session_id stands in the path and in the query", DONE, given=given.session_123
    ),
    "close_session, unknown": Row(curls.CLOSE_SESSION, "DELETE of an unknown session (ruling 13)", NO_SESSION),
    "destroy_sessions": Row(
        curls.DESTROY_SESSIONS,
        "§删除会话: closed ones by the moment they were made; encoded blanks and colons",
        DONE,
        given=given.closed_session_of_2022,
        then=given.no_sessions,
    ),
    "close_queue": Row(
        curls.CLOSE_QUEUE,
        "§放弃排队; neither nonce nor sign_version: SHA-1, accepted with a warning (ruling 2)",
        DONE,
        given=given.waiting_for_486,
        warned="SHA-1",
        then=given.nobody_waits,
    ),
    "message_preview": Row(
        curls.MESSAGE_PREVIEW, "§发送消息预览", DONE, given=given.session_1, then=given.preview_is_there
    ),
    "message_preview, unknown": Row(curls.MESSAGE_PREVIEW, "§发送消息预览, 错误返回 2062", NO_SESSION),
    "send_message": Row(
        curls.SEND_MESSAGE,
        "§发送消息; an image may hold what is no URL: the document's own example does",
        DONE,
        given=given.session_11,
        then=given.image_was_said,
    ),
    "send_message, unknown": Row(
        curls.SEND_MESSAGE, "§发送消息, 错误返回; ruling 13", talk.refusal(9200, "会话不存在/会话已关闭")
    ),
    "unread_customer_offline": Row(
        curls.UNREAD_CUSTOMER_OFFLINE,
        "§获取客户离线未读消息; pushed while the customer was offline (ruling 23)",
        {
            "code": 1000,
            "count": 1,
            "unread_messages": [
                {
                    "type": "message",
                    "message_id": ANY,
                    "agent_id": 3,
                    "agent_name": "Tom",
                    "agent_avatar": "",
                    "im_sub_session_id": 1419314,
                    "message_created_at": "20190212 10:00:00",
                    "data": {"content": "在吗"},
                }
            ],
        },
        given=given.one_missed_message,
    ),
    "customer_online_state": Row(curls.CUSTOMER_ONLINE_STATE, GET_IS_REFUSED, NO_ROUTE, status=404),
    "customer_online_state, POST": Row(
        curls.CUSTOMER_ONLINE_STATE,
        "POST of the heading; all parameters may stand in the query (ruling 5)",
        DONE,
        given=given.customer_5855308,
        method="POST",
        then=given.customer_is_offline,
    ),
    "read_messages": Row(curls.READ_MESSAGES, GET_IS_REFUSED, NO_ROUTE, status=404),
    "read_messages, POST": Row(
        curls.READ_MESSAGES,
        "POST of the heading; a list like ['1','2'] in the query (ruling 5); ids that no message has do no harm",
        DONE,
        given=given.session_1234,
        method="POST",
    ),
    "read_messages, POST, ids of messages": Row(
        curls.READ_MESSAGES,
        "ruling 23: marks the agent's messages read; with ids that are there, which no one can choose",
        DONE,
        given=given.two_missed_messages,
        instead=(("['123','123456']", str(list(given.MISSED)).replace(" ", "")),),
        method="POST",
        then=given.nothing_is_missed,
    ),
    "sensitive_words": Row(
        curls.SENSITIVE_WORDS,
        "§获取客户敏感词配置: 逗号分隔 例如:a,b,c,d; 1 开启",
        {"code": 1000, "customer_words_string": "a,b,c,d", "customer_is_open": 1},
        given=given.words_a_to_d,
    ),
    "agent_unread_messages": Row(
        curls.AGENT_UNREAD_MESSAGES,
        "§获取客服未读消息; agent_ids[]=13 (ruling 5)",
        {
            "code": 1000,
            "results": [{"agent_id": 13, "unread_session_message_num": 1, "unsolved_leave_message_num": 0}],
        },
        given=given.agent_13_with_a_message,
    ),
    "queue_status": Row(
        curls.QUEUE_STATUS,
        "§查询排队状态, the answer as printed",
        {"code": 1000, "status": "未排队", "count": 0},
        given=given.customer_1234121123123,
    ),
    "customer_status": Row(
        curls.CUSTOMER_STATUS,
        "§查询客户状态, the answer as printed; session_key says nothing beside a customer_token",
        {"code": 1000, "status_code": 0, "status": "无会话"},
        given=given.customer_1234121123123,
    ),
    "customer_status, unknown": Row(
        curls.CUSTOMER_STATUS,
        "§查询客户状态: 3 无效客户",
        {"code": 1000, "status_code": 3, "status": "无效客户"},
    ),
    "agent_status": Row(
        curls.AGENT_STATUS,
        "§查询客服状态, the agent as printed, with nick and im_nick (ruling 21)",
        {
            "code": 1000,
            "agents": [
                {
                    "id": 43230,
                    "name": "张雪松",
                    "nick": "张",
                    "im_nick": "张",
                    "avatar": "",
                    "profile": "all",
                    "im_status": "offline",
                    "im_custom_status": "",
                    "im_session_num": 1,
                    "im_max_join_num": 10,
                }
            ],
        },
        given=given.agent_43230,
    ),
    "agent_status, unknown": Row(
        curls.AGENT_STATUS, "§查询客服状态: 11012指定组不存在", talk.refusal(11012, "指定组不存在")
    ),
    "im_queues": Row(
        curls.IM_QUEUES,
        "§放弃排队查询; a date-only end is inclusive, queue_seconds a number (ruling 18); meta has both counts (ruling 21)",
        {
            "code": 1000,
            "shut_queues": [
                {
                    "id": 1,
                    "customer_id": ANY,
                    "channel": "api",
                    "queue_start_time": "2019-02-12T10:00:00.000+08:00",
                    "queue_seconds": 27,
                    "queue_name": "queue:company:1",
                    "customer_name": ANY,
                    "im_web_plugin_id": None,
                    "menu_names": None,
                }
            ],
            "meta": {"current_page": 1, "total_pages": 1, "count": 1, "total_count": 1},
        },
        given=given.gave_up_after_27_seconds,
    ),
}
