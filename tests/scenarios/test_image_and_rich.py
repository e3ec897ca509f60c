"""scenarios/image_and_rich.yaml."""

from .app import App


async def test_a_picture_is_answered_with_a_picture_and_rich_text(app: App) -> None:
    """Two pushes after two seconds, each with its type."""
    await app.ask()
    await app.say("https://c.example.com/broken.jpg", type_="image")
    await app.advance(2)

    assert (await app.told())[2:] == [
        ("10:00:02", "image", "https://cdn.example.com/guide/reset.png"),
        ("10:00:02", "rich", '<p>按住背面按键<b>十秒</b>,<a href="https://example.com/reset">图文说明</a></p>'),
    ]
    assert await app.read() == [["m-1"]]


async def test_the_manual_comes_as_file_audio_and_video(app: App) -> None:
    """`data` goes out as it stands in the file."""
    await app.ask()
    await app.say("有说明书吗")

    assert [(row["type"], row["data"]) for row in (await app.rows())[2:]] == [
        ("file", {"content": "https://cdn.example.com/manual.pdf", "filename": "说明书.pdf", "filesize": "1.2M"}),
        ("audio", {"content": "https://cdn.example.com/hello.mp3", "duration": "8s"}),
        ("video", {"content": "https://cdn.example.com/howto.mp4"}),
        ("message", {"content": "以上是说明书、语音和视频,请查收。"}),
    ]


async def test_a_raw_push_is_the_body_of_the_file_with_its_templates_filled_in(app: App) -> None:
    """What is one expression as a whole keeps its type: ids are numbers."""
    await app.ask()
    await app.advance(61)
    await app.say("我的订单到哪了")

    assert (await app.udesk.pushes())[1:] == [
        {
            "customer_token": "c-1",
            "assign_type": "agent",
            "messages": [
                {
                    "type": "struct",
                    "message_id": "raw-m-1",
                    "agent_id": 3,
                    "agent_name": "Tom",
                    "agent_avatar": "",
                    "im_sub_session_id": 1001,
                    "message_created_at": "20261122 10:01:01",
                    "data": {
                        "title": "订单 20261115",
                        "description": "已发货",
                        "buttons": [{"type": "link", "text": "查看", "value": "https://example.com/o/1"}],
                    },
                }
            ],
        }
    ]
    (latest, *_) = (await app.udesk.operator("GET", "/deliveries?limit=1")).body["deliveries"]
    assert (latest["push"], latest["state"]) == ("scenario_push", "delivered")
