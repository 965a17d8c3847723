"""Trades on a simulated exchange as any user of pip's ccxt would; prints one JSON document of what it saw."""

import asyncio
import json
import sys

import ccxt.pro

base = sys.argv[1]
ws = base.replace("http", "ws", 1)
nowhere = base + "/nowhere"
urls = {
    name: base + path
    for name, path in {
        "public": "/api/v3", "private": "/api/v3", "v1": "/api/v1",
        "sapi": "/sapi/v1", "sapiV2": "/sapi/v2", "sapiV3": "/sapi/v3", "sapiV4": "/sapi/v4",
        "fapiPublic": "/fapi/v1", "fapiPublicV2": "/fapi/v2", "fapiPublicV3": "/fapi/v3",
        "fapiPrivate": "/fapi/v1", "fapiPrivateV2": "/fapi/v2", "fapiPrivateV3": "/fapi/v3",
        "dapiPublic": "/dapi/v1", "dapiPrivate": "/dapi/v1", "dapiPrivateV2": "/dapi/v2",
    }.items()
}
for name in ["fapiData", "dapiData", "eapiPublic", "eapiPrivate", "papi", "papiV2"]:
    urls[name] = nowhere
urls["ws"] = {
    "spot": ws + "/stream/ws", "margin": ws + "/stream/ws", "future": ws + "/ws",
    "delivery": ws + "/nowhere", "stock": ws + "/nowhere", "option": ws + "/nowhere",
    "optionMarket": ws + "/nowhere", "optionPrivate": ws + "/nowhere", "papi": ws + "/nowhere",
    "ws-api": {"spot": ws + "/ws-api/v3", "future": ws + "/ws-fapi/v1", "delivery": ws + "/nowhere"},
}


async def advance(client, by_us):
    await client.fetch(
        base + "/sim/advance", "POST", {"Content-Type": "application/json"}, json.dumps({"byUs": by_us})
    )


async def trade(client, symbol, amount):
    """The same on either market: watch, rest an order, cancel it, fill another by time, take, read back."""
    seen = {}
    book = await client.watch_order_book(symbol)
    seen["touch"] = [book["bids"][0][0], book["asks"][0][0]]
    orders = asyncio.ensure_future(client.watch_orders(symbol))
    trades = asyncio.ensure_future(client.watch_my_trades(symbol))
    await asyncio.sleep(0.5)
    away = await client.create_order(symbol, "limit", "buy", amount, 49000)
    seen["told"] = (await orders)[0]["status"]
    seen["open"] = len(await client.fetch_open_orders(symbol))
    seen["canceled"] = (await client.cancel_order(away["id"], symbol))["status"]
    resting = await client.create_order(symbol, "limit", "buy", amount, 50000)
    await advance(client, 1_000_000)
    fill = (await trades)[0]
    seen["fill"] = [fill["price"], fill["amount"], fill["takerOrMaker"]]
    seen["resting"] = (await client.fetch_order(resting["id"], symbol))["status"]
    seen["taken"] = (await client.create_order(symbol, "market", "sell", amount))["status"]
    seen["trades"] = len(await client.fetch_my_trades(symbol))
    try:
        await client.create_order(symbol, "limit", "buy", 1000, 50000)
    except ccxt.ExchangeError as error:
        seen["refused"] = type(error).__name__
    return seen


async def main():
    seen = {}
    for kind, symbol in [("spot", "BTC/USDT"), ("swap", "BTC/USDT:USDT")]:
        client = ccxt.pro.binance({
            "apiKey": "test-key-one",
            "secret": "test-secret-one",
            "enableRateLimit": False,
            "urls": {"api": urls},
            "options": {
                "defaultType": kind,
                "fetchMarkets": {"types": ["spot", "linear"]},
                "fetchCurrencies": False,
                "fetchMargins": False,
            },
        })
        try:
            seen[kind] = await trade(client, symbol, 0.5)
            if kind == "swap":
                seen["positions"] = len(await client.fetch_positions([symbol]))
                seen["leverage"] = (await client.set_leverage(10, symbol))["leverage"]
            else:
                seen["free"] = (await client.fetch_balance())["BTC"]["free"]
        finally:
            await client.close()
    print(json.dumps(seen))


asyncio.run(main())
