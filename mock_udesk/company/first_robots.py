"""The robots of a company on its first day, with what they know: the counter of a shop for headphones, to hold a demo with."""

from dataclasses import replace
from datetime import datetime

from ..desk.knowledge import Flow, FlowItem, Knowledge, Question, Robot, Scene, SmallTalk, TopAsk, Urobot
from ..desk.state import Counters, State
from ..desk.texts import ROBOTS_UNKNOWN, SENSITIVE_ANSWER
from .pushes.shapes import BEIJING

# Doc: im-api-v2 §机器人返回, the examples.
_WELCOME = "<p>您好,我是智能客服机器人,我可以回答您相关的业务问题,有什么问题就问我吧! 很高兴为您服务!</p><p><br/></p>"
_HELLO = "你好,很高兴为您服务!"

_UROBOTS_UNKNOWN = "抱歉，这个问题我还没有学会。您可以换个说法再问一次，或者转人工客服。"

_RETURN = 210530
_EXCHANGE = 210531
_FREIGHT = 210532
_LATE_RETURN = 210533
_REFUND = 210534
_WARRANTY = 210535
_DELIVERY = 210536
_PARCEL = 210537
_INVOICE = 210538
_OFFERS = 210539
_HOURS = 210540
_NO_SOUND = 210541
_BLUETOOTH = 210542
_CHARGING = 210543
_BY_CASE = 210544

_FLOW = 81
_FLOW_TITLE = "退换货"
_RETURN_FLOW = 82
_EXCHANGE_FLOW = 83
_BROKEN_FLOW = 84

_QUESTIONS = (
    Question(
        id=_RETURN,
        title="怎么退货",
        answer="签收后七天内，耳机和包装完好就可以退货：在「我的订单」里点「申请退货」，快递员会上门取件。",
        similar=("如何退货", "我要退货", "可以退货吗", "我想把耳机退了"),
        keywords=("退货",),
        guidance=("退款多久到账", "退货运费谁出"),
        related=("怎么换货", _FLOW_TITLE),
    ),
    Question(
        id=_EXCHANGE,
        title="怎么换货",
        answer="签收后十五天内可以换同款耳机：在「我的订单」里点「申请换货」，我们收到旧耳机后当天寄出新的。",
        similar=("如何换货", "我要换货", "能换一副吗", "想换个颜色"),
        keywords=("换货", "换颜色"),
        guidance=("退货运费谁出",),
        related=("怎么退货", _FLOW_TITLE),
    ),
    Question(
        id=_FREIGHT,
        title="退货运费谁出",
        answer="耳机有质量问题，来回运费都由我们承担；其他原因退货或换货，寄回的运费由您承担。",
        similar=("退换货运费谁承担", "寄回去要运费吗"),
        keywords=("退货", "运费"),
        related=("怎么退货", "怎么换货"),
    ),
    Question(
        id=_LATE_RETURN,
        title="超过七天还能退吗",
        answer="超过七天不能无理由退货。如果耳机有质量问题，十五天内可以换货，一年内可以保修。",
        similar=("过了七天能退货吗", "买了半个月还能退吗"),
        keywords=("超过七天", "过了七天", "半个月"),
        guidance=("怎么换货", "耳机保修多久"),
    ),
    Question(
        id=_REFUND,
        title="退款多久到账",
        answer="我们收到退回的耳机后，一到三个工作日内原路退款，银行卡可能再晚一两天。",
        similar=("退款什么时候到", "钱什么时候退给我"),
        keywords=("退款", "到账"),
        related=("怎么退货",),
    ),
    Question(
        id=_WARRANTY,
        title="耳机保修多久",
        answer="所有耳机自签收之日起保修一年，耳塞和充电线保修三个月。人为损坏和进水不在保修范围内。",
        similar=("质保多久", "保修期是多长时间", "坏了能修吗"),
        keywords=("保修", "质保", "维修", "坏了"),
        guidance=("耳机没声音怎么办", "耳机连不上蓝牙"),
        link="https://www.example.com/warranty",
    ),
    Question(
        id=_DELIVERY,
        title="什么时候发货",
        answer="每天下午四点前付款的订单当天发货，之后的第二天发货；一般两到三天送到。",
        similar=("多久发货", "下单后几天能到", "今天能发货吗"),
        keywords=("发货", "几天到"),
        guidance=("怎么查物流",),
        related=("有什么优惠",),
    ),
    Question(
        id=_PARCEL,
        title="怎么查物流",
        answer="在「我的订单」里点「查看物流」，也可以把订单号发给我们，由人工客服为您查询。",
        similar=("快递到哪了", "我的包裹到哪里了", "物流信息在哪看"),
        keywords=("物流", "快递", "包裹"),
        related=("什么时候发货", "人工客服几点上班"),
        link="https://www.example.com/orders",
    ),
    Question(
        id=_INVOICE,
        title="怎么开发票",
        answer="下单时勾选「需要发票」即可；已经下单的，在「我的订单」里点「补开发票」，电子发票会发到您的邮箱。",
        similar=("可以开发票吗", "发票怎么补开", "能开增值税专用发票吗"),
        keywords=("发票", "抬头"),
    ),
    Question(
        id=_OFFERS,
        title="有什么优惠",
        answer="新客户首单立减二十元；两副耳机一起买打九折；优惠券在「我的卡包」里领取。",
        similar=("有优惠券吗", "能便宜一点吗", "最近有活动吗"),
        keywords=("优惠", "打折", "便宜"),
        related=("怎么开发票", "什么时候发货"),
    ),
    Question(
        id=_HOURS,
        title="人工客服几点上班",
        answer="人工客服每天九点到二十一点在线，节假日也不休息。",
        similar=("人工客服工作时间", "客服什么时候在", "你们几点下班"),
        keywords=("人工", "上班", "工作时间"),
    ),
    Question(
        id=_NO_SOUND,
        title="耳机没声音怎么办",
        answer="请先确认音量不是零，再把两只耳机放回充电盒十秒钟；还是没有声音，请按住盒子背面的按键十秒重置。",
        similar=("耳机没有声音", "一只耳机不响", "听不到声音"),
        keywords=("没声音", "没有声音", "不响"),
        guidance=("耳机连不上蓝牙", "耳机充不进电"),
        related=("耳机保修多久",),
    ),
    Question(
        id=_BLUETOOTH,
        title="耳机连不上蓝牙",
        answer="请在手机的蓝牙列表里删除旧的配对，打开充电盒盖，等指示灯闪白光，再重新配对。",
        similar=("蓝牙连不上", "手机搜不到耳机", "蓝牙老是断开"),
        keywords=("蓝牙", "配对", "连不上"),
        guidance=("耳机没声音怎么办",),
        related=("耳机保修多久",),
    ),
    Question(
        id=_CHARGING,
        title="耳机充不进电",
        answer="请用干布擦一擦充电触点，换一根充电线，再充三十分钟；指示灯仍然不亮，可以申请保修。",
        similar=("耳机没电充不了", "充电盒充不进电"),
        keywords=("充电", "充不进电"),
        related=("耳机保修多久",),
    ),
    Question(
        id=_BY_CASE,
        title="退换货怎么办理",
        answer="请选择您的情况，我一步一步告诉您怎么办理。",
        similar=("退换货流程", "我要办退换货"),
        flow_id=_FLOW,
    ),
)

_SMALL_TALK = (
    SmallTalk(
        title="你好",
        answer="您好，我是耳机小店的机器人，退货、换货、保修、发货都可以问我。",
        similar=("您好", "在吗", "hi", "hello", "早上好", "晚上好"),
    ),
    SmallTalk(title="谢谢", answer="不客气，很高兴能帮到您。", similar=("谢谢你", "多谢", "感谢"), keywords=("谢谢",)),
    SmallTalk(title="再见", answer="再见，祝您生活愉快！", similar=("拜拜", "bye"), keywords=("再见", "拜拜")),
    SmallTalk(
        title="你是谁",
        answer="我是耳机小店的智能客服机器人，二十四小时都在。",
        similar=("你是机器人吗", "你叫什么名字"),
        keywords=("你是谁", "机器人"),
    ),
)

_FLOWS = (
    Flow(
        id=_FLOW,
        title=_FLOW_TITLE,
        items=(
            FlowItem(text="我想退货", flow_id=_RETURN_FLOW),
            FlowItem(text="我想换货", flow_id=_EXCHANGE_FLOW),
            FlowItem(text="运费由谁承担", question_id=_FREIGHT),
            FlowItem(text="都不是？请直接输入您的问题"),
        ),
    ),
    Flow(
        id=_RETURN_FLOW,
        title="退货步骤",
        items=(
            FlowItem(text="签收还不到七天", question_id=_RETURN),
            FlowItem(text="签收已超过七天", question_id=_LATE_RETURN),
            FlowItem(text="已经退了，等退款", question_id=_REFUND),
            FlowItem(text="返回上一步", flow_id=_FLOW),
        ),
    ),
    Flow(
        id=_EXCHANGE_FLOW,
        title="换货步骤",
        items=(
            FlowItem(text="想换个颜色", question_id=_EXCHANGE),
            FlowItem(text="耳机坏了", flow_id=_BROKEN_FLOW),
            FlowItem(text="返回上一步", flow_id=_FLOW),
        ),
    ),
    Flow(
        id=_BROKEN_FLOW,
        title="耳机哪里坏了",
        items=(
            FlowItem(text="没有声音", question_id=_NO_SOUND),
            FlowItem(text="连不上蓝牙", question_id=_BLUETOOTH),
            FlowItem(text="充不进电", question_id=_CHARGING),
            FlowItem(text="别的问题，想直接换", question_id=_EXCHANGE),
        ),
    ),
)

# One for all urobots of all companies; what robots have no use for is taken out of theirs below.
KNOWLEDGE = Knowledge(
    questions=_QUESTIONS,
    small_talk=_SMALL_TALK,
    flows=_FLOWS,
    unknown=_UROBOTS_UNKNOWN,
    sensitive_words=("赌博", "代考", "刷单"),
    sensitive_answer=SENSITIVE_ANSWER,
)

_TOP_ASKS = (
    TopAsk(id=1, name="售后服务", question_ids=(_RETURN, _EXCHANGE, _WARRANTY, _NO_SOUND)),
    TopAsk(id=2, name="订单与物流", question_ids=(_DELIVERY, _PARCEL, _INVOICE)),
)

ROBOT = Robot(
    id=1,
    name="Udesk客服机器人",
    welcome=_WELCOME,
    # Doc: im-api-v2 §流程问题接口: 仅限urobot使用. Sensitive words are the urobots' too (ruling 17).
    knowledge=replace(
        KNOWLEDGE,
        questions=tuple(
            replace(question, related=tuple(title for title in question.related if title != _FLOW_TITLE))
            for question in _QUESTIONS
            if question.flow_id is None
        ),
        flows=(),
        unknown=ROBOTS_UNKNOWN,
        sensitive_words=(),
    ),
)

# Doc: im-api-v2 §获取urobot列表, the example.
UROBOTS = (
    Urobot(
        id=2,
        name="默认机器人",
        created_at=datetime(2018, 1, 23, 10, 55, 20, tzinfo=BEIJING),
        scenes=(Scene(id=114, name="默认场景"), Scene(id=116, name="系统默认场景")),
        leading=_HELLO,
        hello=_HELLO,
        top_asks=_TOP_ASKS,
        knowledge=KNOWLEDGE,
    ),
    Urobot(
        id=3,
        name="测试",
        created_at=datetime(2018, 2, 5, 11, 25, 30, tzinfo=BEIJING),
        scenes=(Scene(id=120, name="系统默认场景"),),
        leading=_HELLO,
        hello=_HELLO,
        top_asks=_TOP_ASKS,
        knowledge=KNOWLEDGE,
    ),
)


def state_with_robots() -> State:
    """The state of a desk on its first day, with its robots. Ruling 6: robot 1; urobots 2 with scenes 114 and 116, and 3 with scene 120."""
    return State(
        robots={ROBOT.id: ROBOT},
        urobots={urobot.id: urobot for urobot in UROBOTS},
        counters=Counters(robot=ROBOT.id + 1, urobot=UROBOTS[-1].id + 1),
    )
