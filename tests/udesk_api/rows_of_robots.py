"""The examples about robots, surveys and structured messages, in the document's order, and what comes of each."""

from unittest.mock import ANY

from . import curls, given, printed, talk
from .examples import DONE, MALFORMED, THANKS, Row, missing

TOP_ASK = {
    "questionType": "问题类型1",
    "quesitionType": "问题类型1",
    "questionTypeId": 2,
    "quesitionTypeId": 2,
    "optionsList": [
        {"question": f"问题{n}", "quesition": f"问题{n}", "questionId": id_, "quesitionId": id_}
        for n, id_ in ((1, 2122), (2, 3222))
    ],
}
HELLO = "你好,很高兴为您服务!"
FLOW_81 = ('"messgae_id":1001', '"messgae_id":1001,"flow_id":81')

ROWS = {
    "create_urobot_session": Row(
        curls.CREATE_UROBOT_SESSION,
        "§机器人返回, the answer as printed, with the right spellings beside the misspelt ones (ruling 21)",
        {
            "code": 1000,
            "message": "请求成功",
            "assign_type": "urobot",
            "assign_info": {
                "sessionId": 23702,
                "logId": 55392,
                "robotName": "测试",
                "logoUrl": None,
                "leadingWord": HELLO,
                "helloWord": HELLO,
                "topAsk": [TOP_ASK],
            },
        },
        given=given.urobot_of_the_example,
    ),
    "create_urobot_session, no such urobot": Row(
        curls.CREATE_UROBOT_SESSION, "unknown urobot (ruling 17)", talk.refusal(2005, "机器人不存在")
    ),
    "robot_survey": Row(curls.ROBOT_SURVEY, "§urobot机器人会话评价(urobot使用)", THANKS, given=given.talk_101),
    "survey": Row(
        curls.SURVEY,
        "its path is the urobot's by mistake, where a customer_token is required: 2000 (ruling 5)",
        missing("customer_token"),
        given=given.option_111,
    ),
    "survey, mended": Row(
        curls.SURVEY,
        "§会话评价(评价客服), with the path of its heading; option_id as a text (ruling 5)",
        THANKS,
        given=given.option_111,
        instead=(("/im/sessions/robot_survey", "/im/sessions/survey"),),
    ),
    "survey, mended, no such option": Row(
        curls.SURVEY,
        "unknown option_id (ruling 16), with the path of its heading and the session that there is",
        MALFORMED,
        named="option_id",
        given=given.session_1,
        instead=(("/im/sessions/robot_survey", "/im/sessions/survey"), ("1001001000", "1")),
    ),
    "answer_survey": Row(
        curls.ANSWER_SURVEY, "§问题评价(仅限urobot使用): messgae_id is its name", THANKS, given=given.answer_111
    ),
    "flow": Row(
        curls.FLOW,
        "the body has no flow_id, which is missing (ruling 5), and messgae_id and option_id, which are not the call's",
        missing("flow_id"),
        given=given.talk_17001700,
    ),
    "flow, mended": Row(
        curls.FLOW,
        "§流程问题接口 with flow_id 81 of its text; unknown parameters are accepted with a warning (ruling 5)",
        DONE,
        given=given.talk_17001700,
        instead=(FLOW_81,),
        warned="option_id",
        then=given.flow_81_was_pushed,
    ),
    "hit": Row(
        curls.HIT,
        "§用户点击行为接口; query_type other than 6, 7 with a warning (ruling 17); scene_id and question_id as in contract §4.18",
        DONE,
        given=given.talk_10,
        warned="query_type",
        then=given.question_1_was_answered,
    ),
    "urobots": Row(
        curls.UROBOTS,
        "§获取urobot列表, the answer as printed: ruling 6 seeds its urobots 2 (scenes 114, 116) and 3 (scene 120)",
        printed.UROBOTS,
    ),
    "transfer_survey": Row(
        curls.TRANSFER_SURVEY,
        "§转人工统计接口(urobot使用); im_sub_session_id as a text (ruling 5)",
        {"code": 1000, "message": "success"},
        given=given.talk_111,
    ),
    "struct_messages": Row(
        curls.STRUCT_MESSAGES,
        "§发送 IM 结构化消息; its own signature and envelope (ruling 4)",
        {"status": 1000, "message": "发送成功"},
        given=given.sdk_customer_1,
        then=given.struct_is_in_the_transcript,
    ),
    "struct_messages, API customer": Row(
        curls.STRUCT_MESSAGES,
        "通过API创建的客户不能用于这个接口: status 2000 (ruling 24)",
        {"status": 2000, "message": ANY},
        given=given.api_customer_1,
    ),
}
