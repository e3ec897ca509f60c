"""Bodies that im-api-v2 prints, as Python data, and what two bodies have to have in common to be alike."""

from typing import Any

Shape = dict[str, Any] | list[Any] | str


def shape(value: Any) -> Shape:
    """A JSON value without its values: names and types, a list as the different shapes in it. The order of names and of a list says nothing."""
    match value:
        case dict():
            return {name: shape(value[name]) for name in sorted(value)}
        case list():
            return [found for _, found in sorted({repr(shape(inner)): shape(inner) for inner in value}.items())]
        case None:
            return "null"
        case bool():
            return "true or false"
        case int() | float():
            return "number"
        case str():
            return "text"
    raise TypeError(f"{value!r} is no JSON")


# §survey_options. Mended: `#` and `//` remarks taken out, the missing ids and the unclosed object filled in, words for
# `text|expression|star` and the like; of text, expression and star (可选) the one that show_type names.
SURVEY_OPTIONS: dict[str, Any] = {
    "enabled": True,
    "name": "满意度评价",
    "title": "您对本服务的评价是?",
    "desc": "感谢您的支持,为了使我们更好的为您服务,请您为本次服务做一个评价(回复字母即可)",
    "remark_enabled": True,
    "remark": "您可填写评价备注",
    "show_type": "text",
    "text": {
        "default_option_id": 36,
        "options": [
            {"id": 36, "text": "非常满意", "desc": "非常满意", "tags": "tag1,tag2", "remark_option": "hide"},
        ],
    },
    "options": [
        {"id": 36, "text": "超级满意2", "enabled": True},
        {"id": 37, "text": "满意2", "enabled": True},
        {"id": 38, "text": "一般2", "enabled": True},
        {"id": 39, "text": "不满意", "enabled": True},
        {"id": 40, "text": "非常不满意", "enabled": True},
    ],
    "methods": [
        {"id": 7, "flag": "after_session", "text": "对话结束后弹出", "enabled": True},
        {"id": 74, "flag": "agent_invite", "text": "客服主动邀请", "enabled": True},
        {
            "id": 1485,
            "flag": "customer_invite",
            "text": "客户主动满意度评价(仅支持web和Android/iOS SDK)",
            "enabled": True,
        },
    ],
    "resolved_enabled": True,
    "resolved_options": {
        "title": "您的问题是否已解决?",
        "options": [
            {"option_select": True, "option_name": "已解决"},
            {"option_select": True, "option_name": "未解决"},
        ],
        "value": "0",
    },
}

# -- pushes --------------------------------------------------------------------------------------------------------------

# §回复消息通知, assign_type robot; valid as printed.
ROBOT_PUSH: dict[str, Any] = {
    "customer_token": "axb",
    "assign_type": "robot",
    "messages": [
        {
            "type": "message",
            "message_id": "f862f80d-89aa-4f31-92d9-ccd4fcacffcf",
            "data": {
                "question_id": 210530,
                "question_title": "公司业务是什么",
                "answer": "嗨,我们是做云客服的公司!不同开发就可以和微信微博web上的用户进行沟通和管理",
                "gus_list": [{"question_title": "你会什么业务"}, {"question_title": "你们公司有什么业务"}],
                "relate_list": [{"question_title": "公司在哪里"}, {"question_title": "联系方式是什么"}],
                "third_url": {"url": "https://www.udesk.cn"},
            },
        }
    ],
}

# §回复消息通知, assign_type urobot: `messages`, valid as printed; it stands in the envelope of the table above it.
UROBOT_MESSAGES: dict[str, Any] = {
    "sessionId": 1835244,
    "logId": 3574331,
    "aid": 12,
    "ansContent": "申诉流程",
    "ansType": 1,
    "hitQuestion": "账号申诉",
    "suggestQuestionList": [{"id": 434, "content": "问题1", "type": 1}],
}

# §流程问题接口, flowContent; the line break is the page's.
FLOW_CONTENT = (
    '<p><b data-type="2" class="flow-item" data-id="81" data-robotid="54">流程子项A跳转子项-1</b></p>'
    "<p>流程子项A跳转子项-2<br></p>\n"
    '<p><b data-type="1" class="flow-item" data-id="307" data-robotid="54">分类问题A</b></p><p>分类问题B</p>'
)

_TOM = {
    "message_id": "xxxxx",
    "agent_id": 1,
    "agent_name": "TOM",
    "agent_avatar": "https://123.com/1.png",
    "im_sub_session_id": 3,
}
# §回复消息通知, assign_type agent. Mended: commas after `close_type` (missing) and after the last names of `data` (too many); one of
# the three close types; the section instead of 见survey_options一节. `font` is 选填.
AGENT_PUSH: dict[str, Any] = {
    "customer_token": "axb",
    "assign_type": "agent",
    "messages": [
        {
            "type": "start_session",
            **_TOM,
            "message_created_at": "20170711 09:52:11",
            "data": {"content": "对话开始"},
        },
        {
            "type": "message",
            **_TOM,
            "message_created_at": "20170711 09:52:12",
            "data": {"font": "字体, 仅支持message", "content": "您好,有什么可以帮助您?"},
        },
        {
            "type": "rich",
            **_TOM,
            "message_created_at": "20170711 09:52:13",
            "data": {
                "content": '本公司促销产品走过路过不要错过 <a href="https://xxx.com/1.png">热销.com</a>',
            },
        },
        {
            "type": "close",
            **_TOM,
            "message_created_at": "2018-01-01 00:00:00",
            "data": {"close_type": "normal", "content": "关闭会话", "survey_options": SURVEY_OPTIONS},
        },
    ],
}

# §发送客户消息已读状态: a table without an example.
READ_PUSH: dict[str, Any] = {"session_id": 1, "message_ids": ["x"]}

# §H5离线推送; valid as printed. session_key and agent_avatar stand in the tables alone.
H5_PUSH: dict[str, Any] = {
    "web_token": "6acbf1ea60ee2635b30eae579b5a7bed",
    "customer_token": "6acbf1ea60ee2635b30eae579b5a7bed",
    "messages": [
        {
            "message_created_at": "2023-11-28 19:46:21",
            "im_web_plugin_id": 119681,
            "agent_id": 1601824,
            "agent_name": "兜小炜",
            "data": {"content": "愿平安顺遂!期待下次与您相遇~", "msg_close": True},
            "sender": "system",
            "message_id": "udesk_12551701171980650",
            "im_sub_session_id": 4594173144,
            "type": "off_push",
        }
    ],
    "message": {
        "message_created_at": "2023-11-28 19:46:21",
        "im_web_plugin_id": 119681,
        "agent_id": 1601824,
        "agent_name": "兜小炜",
        "sender": "system",
        "message_id": "udesk_12551701171980650",
        "im_sub_session_id": 4523173134,
        "type": "off_push",
        "content": {
            "type": "message",
            "font": "",
            "data": {"content": "愿平安顺遂!期待下次与您相遇~", "msg_close": True},
            "platform": "web",
            "version": 1,
            "seq_num": "",
            "auto": True,
        },
    },
}

# -- answers -------------------------------------------------------------------------------------------------------------

# §机器人返回; valid as printed.
ROBOT_SESSION: dict[str, Any] = {
    "code": 1000,
    "message": "请求成功",
    "assign_type": "robot",
    "assign_info": {
        "robot_name": "Udesk客服机器人",
        "robot_avatar": "https://rd-dota.udesk.cn/entry/images/agent-avatar-3e6a68e1e1fcb4db653d9e93263f7946.png",
        "welcome_message": "<p>您好,我是智能客服机器人,我可以回答您相关的业务问题,有什么问题就问我吧! 很高兴为您服务!</p><p><br/></p>",
        "unknow_message": "<p>对不起,我目前只能回答常见的业务相关问题!此问题暂不在我知识范围内,我会继续努力学习的!您也可以换个简单的问法向我提问,或许我就可以回答您了...</p>",
    },
}

# §机器人返回, urobot. Mended: the comma after helloWord.
UROBOT_SESSION: dict[str, Any] = {
    "code": 1000,
    "message": "请求成功",
    "assign_type": "urobot",
    "assign_info": {
        "sessionId": 23702,
        "logId": 55392,
        "robotName": "测试",
        "logoUrl": None,
        "leadingWord": "你好,很高兴为您服务!",
        "helloWord": "你好,很高兴为您服务!",
        "topAsk": [
            {
                "quesitionType": "问题类型1",
                "quesitionTypeId": 2,
                "optionsList": [
                    {"quesition": "问题1", "quesitionId": 2122},
                    {"quesition": "问题2", "quesitionId": 3222},
                ],
            }
        ],
    },
}

# §请求客服返回. Mended: the comma after the last name, the section instead of 见survey_options一节.
AGENT_SESSION: dict[str, Any] = {
    "code": 1000,
    "message": "请求成功",
    "assign_type": "agent",
    "assign_info": {
        "im_sub_session_id": 1234,
        "count": 0,
        "agent_id": 3,
        "agent_name": "Tom",
        "agent_avatar": "",
        "survey_options": SURVEY_OPTIONS,
    },
}
QUEUEING: dict[str, Any] = {
    "code": 2001,
    "message": "当前客服正繁忙,您排在第3位。",
    "assign_type": "agent",
    "assign_info": {"count": 3, "queue": "queue:company:1:agent:486"},
}
# Mended in these two: the comma after count.
BEING_ASSIGNED: dict[str, Any] = {
    "code": 2001,
    "message": "客服分配中!",
    "assign_type": "agent",
    "assign_info": {"count": 0},
}
NOBODY_ONLINE: dict[str, Any] = {
    "code": 2002,
    "message": "当前没有客服在线",
    "assign_type": "agent",
    "assign_info": {"count": 0},
}

# §获取urobot列表; valid as printed.
UROBOTS: dict[str, Any] = {
    "code": 1000,
    "message": "请求成功",
    "urobot_list": [
        {
            "id": 2,
            "name": "默认机器人",
            "logo": "",
            "scene_list": [{"id": 114, "name": "默认场景"}, {"id": 116, "name": "系统默认场景"}],
            "created_at": "2018-01-23T10:55:20.000+08:00",
        },
        {
            "id": 3,
            "name": "测试",
            "logo": "",
            "scene_list": [{"id": 120, "name": "系统默认场景"}],
            "created_at": "2018-02-05T11:25:30.000+08:00",
        },
    ],
}

# §放弃排队查询: an element without customer_name, the names of that, and meta.
SHUT_QUEUE: dict[str, Any] = {
    "id": 123,
    "customer_id": 1234,
    "channel": "web",
    "queue_start_time": "2022-03-25T15:55:20.000+08:00",
    "queue_seconds": 27,
    "queue_name": "xxx",
    "im_web_plugin_id": 16,
}
SHUT_QUEUE_CUSTOMER = """id email signature notify weibo_name weixin_openid nick_name weibo_id company_id created_at updated_at organization cellphone
    telephone weixin_id authentication_token description qq platform_id ticket_show_filters wechat_status custom_fields
    leave_msg_expire_at customer_import_record_id web_token sdk_token is_anonym owner_id ip from weibo_status
    weibo_leave_msg_expire_at deleted weixin_api_status weixin_appid weixin_appsecret owner_group_id source_channel weixin_channel_id
    province city phone_service_provider isp last_contact_at first_contact_at contact_count last_contact_at_via_phone
    first_contact_at_via_phone contact_count_via_phone last_contact_at_via_im first_contact_at_via_im contact_count_via_im
    latest_device_info organization_id is_blocked generated_channel weibo_channel_id level open_api_token current_ticket_id
    mchat_openid"""
SHUT_QUEUE_META: dict[str, Any] = {"current_page": 1, "total_pages": 1, "count": 1}

# §自定义 IM 结构化消息列表页面: what the address is made of, and the address.
STRUCT_PAGE_SECRET = "708ff6dc-41d5-4med-9ebc-0388zz9d76f1"
STRUCT_PAGE_TIMESTAMP = 1484272693
STRUCT_PAGE_JID = "12dsafdaslj129das-12fds912-12dsa"
STRUCT_PAGE = (
    "https://www.demo.com/struct_message?im_sub_session_id=1&customer_id=1&agent_id=1&jid_resource=12dsafdaslj129das-12fds912-12dsa"
    "&timestamp=1484272693&sign=4666293b3dfe91aa97179dc701be7afc"
)
