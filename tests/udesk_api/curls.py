"""The example requests of im-api-v2 as the capture has them: quotes, line breaks and mistakes included; and what curl would do with them.

Two mistakes are the capture's own and are mended on reading: URLs without quotes stand for quoted ones (a shell would end the command at the
first `&`), and a URL that breaks off before `&` goes on in the next line.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Request:
    """What a curl line sends: the path below /open_api_v1, the query with the signature as printed, the body and its type."""

    method: str
    path: str
    query: str
    body: str | None
    content_type: str | None


def read(curl: str) -> Request:
    """The request that curl makes of a line: POST with -d, else GET, unless -X says otherwise."""
    command, _, body = curl.partition("-d '")
    command = re.sub(r"\s*\n&", "&", command)
    url = re.search(r"https://[^/]+/open_api_v1(/[^?\s]+)\?(\S+?)'?(?=\s|$)", command)
    method = re.search(r"-X ?([A-Z]+)", command)
    content_type = re.search(r"-H '[Cc]ontent-[Tt]ype: ([^']+)'", command)
    assert url is not None, curl
    return Request(
        method=method[1] if method else "POST" if body else "GET",
        path=url[1],
        query=url[2],
        body=body.removesuffix("'") if body else None,
        content_type=content_type[1] if content_type else None,
    )


CREATE_SESSION = r"""curl  'https://demo.udesk.cn/open_api_v1/im/sessions?email=admin@udesk.cn&sign_version=v2&timestamp=1648432914&sign=8a6wfe5dfd404d11a1e7fd5b7410b05ebdd561a4&nonce=1648632914&customer_token=828cw3d9-6a61-4afe-9efe-2c071d0e7cb3&assign_type=robot&agent_id=397' \
-X POST \
-H 'Content-Type: application/json' \
-d '{
   "agent_id":"397",
   "customer_token":"827wd5r9-7a61-4afe-9efe-2c071d0e9cb2",
   "assign_type":"agent"
}'"""
CREATE_UROBOT_SESSION = r"""curl  'https://test.udesk.cn/open_api_v1/im/sessions?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2' \
-X POST \
-H 'Content-Type: application/json' \
-d '{
  "customer_token":"test20191018224601",
  "assign_type":"urobot",
  "scene_id":39,
  "robot_id":12362
}'"""
CREATE_AGENT_SESSION = r"""curl  'https://test.udesk.cn/open_api_v1/im/sessions?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2' \
-X POST \
-H 'Content-Type: application/json' \
-d '{
  {
  "customer_token":"test20191018224601",
  "assign_type":"agent"
}
}'"""
CLOSE_SESSION = r"""$ curl -XDELETE 'https://demo.udesk.cn/open_api_v1/im/sessions/123?session_id=123&email=admin@udesk.cn&sign_version=v2&timestamp=1645198019&sign=925f7a1a4ec944f52d59d33a9e35cb6e2478e589&nonce=1648194019'"""
DESTROY_SESSIONS = r"""curl -X DELETE 'https://test.udesk.cn/open_api_v1/im/sessions/destroy_session?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2&start_time=2022-05-19%2019%3A50%3A33&end_time=2022-05-19%2020%3A50%3A33&customer_id=123123'"""
CLOSE_QUEUE = r"""$ curl -XDELETE 'https://test.udesk.cn/open_api_v1/im/sessions/close_queue?customer_token=123qwe&queue=queue:company:1:agent:486&email=admin@test.com&sign=61b00dedbc749691232386fed059898af61b92c&timestamp=1526293384'"""
MESSAGE_PREVIEW = r"""curl 'https://test.udesk.cn/open_api_v1/im/sessions/1/message_preview?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2' \
-X PUT \
-H 'Content-Type: application/json' \
-d '{"content": "测试预览"}'"""
SEND_MESSAGE = r"""curl 'https://test.udesk.cn/open_api_v1/im/messages?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2' \
-X POST \
-H 'Content-Type: application/json' \
-d '{
  "customer_token":"1234123123",
  "im_sub_session_id":11,
  "message_id":"1",
  "type":"image",
  "data":{
      "content": "本公司促销产品走过路过不要错过 <a href=\"https://xxx.com/1.png\">热销.com</a>"
    }
}'"""
UNREAD_CUSTOMER_OFFLINE = r"""curl https://demo.udesk.cn/open_api_v1/im/messages/unread_customer_offline?im_sub_session_id=1419314&customer_id=5855308&email=admin@udesk.cn&sign_version=v2&timestamp=1646827326&sign=06f59041bbbec54bd2a0b15b45672c9f43539135&nonce=1646827326"""
CUSTOMER_ONLINE_STATE = r"""curl https://demo.udesk.cn/open_api_v1/im/customer_online_state?customer_token=5855308&state=0&email=admin@udesk.cn&sign_version=v2&timestamp=1646827326&sign=06f59041bbbec54bd2a0b15b45672c9f43539135&nonce=1646827326"""
READ_MESSAGES = r"""curl https://demo.udesk.cn/open_api_v1/im/messages/read_messages?session_id=1234&message_ids=['123','123456']&email=admin@udesk.cn&sign_version=v2&timestamp=1646827326&sign=06f59041bbbec54bd2a0b15b45672c9f43539135&nonce=1646827326"""
SENSITIVE_WORDS = r"""curl https://demo.udesk.cn/open_api_v1/im/im_sensitive_words?email=admin@udesk.cn&sign_version=v2&timestamp=1646827326&sign=06f59041bbbec54bd2a0b15b45672c9f43539135&nonce=1646827326"""
AGENT_UNREAD_MESSAGES = r"""curl https://demo.udesk.cn/open_api_v1/im/messages/agent_unread_messages?email=admin@udesk.cn&sign_version=v2&timestamp=1646817998&sign=7ab7fb49d9c32ea246504b3af75a9w65210bca87&nonce=1646827998&agent_ids[]=13"""
ROBOT_SURVEY = r"""curl https://demo.udesk.cn/open_api_v1/im/sessions/robot_survey?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
 \
-X POST \
-H 'content-type: application/json' \
-d '{
"customer_token":"1234121123123",
"im_sub_session_id":101,
"option_id":2,
"robot_id":1101,
"scene_id":39,
"remark":"非常满意"
}'"""
SURVEY = r"""curl https://demo.udesk.cn/open_api_v1/im/sessions/robot_survey?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
 \
-X POST \
-H 'content-type: application/json' \
-d '{
  "im_sub_session_id":1001001000,
  "option_id":"111"
}'"""
ANSWER_SURVEY = r"""curl https://demo.udesk.cn/open_api_v1/im/messages/answer_survey?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
 \
-X POST \
-H 'content-type: application/json' \
-d '{
  "customer_token":"123411111",
  "messgae_id":111,
  "im_sub_session_id":11,
  "option_id":1,
  "robot_id":12,
  "scene_id":1
}'"""
FLOW = r"""curl https://demo.udesk.cn/open_api_v1/im/messages/flow?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
 \
-X POST \
-H 'content-type: application/json' \
-d '{
  "customer_token":"1234121123123",
  "messgae_id":1001,
  "im_sub_session_id":17001700,
  "option_id":1,
  "robot_id":1,
  "scene_id":1
}'"""
HIT = r"""curl https://demo.udesk.cn/open_api_v1/im/messages/hit?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
 \
-X POST \
-H 'content-type: application/json' \
-d '{
  "customer_token":"111",
  "message_id":1,
  "im_sub_session_id":10,
  "robot_id":1,
  "scene_id":1,
  "question_id":1,
  "query_type":1

}'"""
UROBOTS = r"""curl https://demo.udesk.cn/open_api_v1/im/urobots?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2"""
TRANSFER_SURVEY = r"""curl https://demo.udesk.cn/open_api_v1/im/sessions/transfer_survey?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
 \
-X POST \
-H 'content-type: application/json' \
-d '{
  "im_sub_session_id":"111",
  "robot_id":1,
  "scene_id":10
}'"""
QUEUE_STATUS = r"""curl https://demo.udesk.cn/open_api_v1/im/queue_status?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
&customer_token=1234121123123"""
CUSTOMER_STATUS = r"""curl https://demo.udesk.cn/open_api_v1/im/customer_status?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
&customer_token=1234121123123&session_key=179306259"""
AGENT_STATUS = r"""curl https://demo.udesk.cn/open_api_v1/im/agent_status?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
&group_id=37540"""
IM_QUEUES = r"""curl https://demo.udesk.cn/open_api_v1/im/im_queues?email=admin@udesk.cn&timestamp=1494474404&sign=6892f1b794071c260e1b1eac15df588fc919c9e86eb742affaa742ad6c03cb52&nonce=2d931510-d99f-494a-8c67-87feb05e1594&sign_version=v2
&start_time=2019-02-10&end_time=2019-02-15"""
STRUCT_MESSAGES = r"""curl https://demo.udesk.cn/open_api_v1/im/sessions/struct_messages?im_sub_session_id=1&customer_id=1&agent_id=1&timestamp=1494814031&sign=129da7df812jdfsa9912jfdadf81 \
-X POST \
-H 'content-type: application/json' \
-d '
{
    "data": {
        "title": "测试API发送结构化消息",
        "description": "该消息来自API",
        "img_url": "https://www.udesk.cn/images/index/banner01.jpg",
        "buttons": [
            {
                "type": "link",
                "text": "访问",
                "value": "https://www.udesk.cn"
            },
            {
                "type": "phone",
                "text": "拨打电话",
                "value": "010-12345678"
            },
            {
                "type": "sdk_callback",
                "callback_name": "sdk_callback",
                "text": "回调按钮",
                "value": "v1"
            }
        ]
    }
}'"""
