namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Dates, local zone Asia/Ho_Chi_Minh. Each line: the script and what a JavaScript engine gives for it; ␤ stands for a line break.</summary>
internal static class DateCases
{
    public const string Table = """""
        new Date(0).toISOString()  ⇒  "1970-01-01T00:00:00.000Z"
        new Date("2024-02-29").getTime()  ⇒  1709164800000
        new Date("2024-02-29T10:00:00").getTime()  ⇒  1709175600000
        new Date("2024-02-29T10:00:00Z").getTime()  ⇒  1709200800000
        new Date("2024-02-29T10:00:00+07:00").toISOString()  ⇒  "2024-02-29T03:00:00.000Z"
        new Date("2024-02-29T10:00:00.123456Z").getTime()  ⇒  1709200800123
        String(new Date("garbage")) + isNaN(new Date("x"))  ⇒  "Invalid Datetrue"
        new Date(2024, 0, 31, 12).toISOString()  ⇒  "2024-01-31T05:00:00.000Z"
        let d = new Date(2024, 0, 31); d.setMonth(1); d.toISOString()  ⇒  "2024-03-01T17:00:00.000Z"
        let d = new Date("2024-03-15T01:02:03.004Z"); [d.getFullYear(), d.getMonth(), d.getDate(), d.getDay(), d.getHours(), d.getMinutes(), d.getSeconds(), d.getMilliseconds(), d.getTimezoneOffset()]  ⇒  [2024,2,15,5,8,2,3,4,-420]
        let d = new Date("2024-03-15T01:02:03.004Z"); [d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate(), d.getUTCDay(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds()]  ⇒  [2024,2,15,5,1,2,3]
        let d = new Date("2024-12-31T20:00:00Z"); [d.getFullYear(), d.getMonth(), d.getDate()]  ⇒  [2025,0,1]
        let d = new Date(0); d.setDate(40); d.setHours(25, 61, 61, 1001); d.toISOString()  ⇒  "1970-02-09T18:02:02.001Z"
        let d = new Date(0); [d.setUTCFullYear(2020, 1, 30), d.setUTCHours(5), d.toJSON()]  ⇒  [1583020800000,1583038800000,"2020-03-01T05:00:00.000Z"]
        let d = new Date(0); d.setTime(5); d.setMinutes(-1); d.getTime()  ⇒  -59995
        new Date(NaN).getTime() === 5  ⇒  false
        new Date(8.64e15 + 1).getTime() > 0  ⇒  false
        Date.UTC(2020, 1, 30)  ⇒  1583020800000
        Date.UTC(99, 0)  ⇒  915148800000
        Date.UTC(1969, 11, 31, 23, 59, 59, 999)  ⇒  -1
        Date.parse("2020-01-01T00:00:00.5Z")  ⇒  1577836800500
        new Date(2020, 5, 1) - new Date(2020, 4, 1)  ⇒  2678400000
        new Date(2020, 5, 1) > new Date(2020, 4, 1)  ⇒  true
        JSON.stringify({ d: new Date(1e12) })  ⇒  "{\"d\":\"2001-09-09T01:46:40.000Z\"}"
        new Date(1e12).toUTCString()  ⇒  "Sun, 09 Sep 2001 01:46:40 GMT"
        new Date(1e12).toDateString()  ⇒  "Sun Sep 09 2001"
        new Date(1e12).toString().slice(0, 33)  ⇒  "Sun Sep 09 2001 08:46:40 GMT+0700"
        new Date(new Date(5)).getTime()  ⇒  5
        new Date("2024").getTime() + new Date("2024-06").getTime()  ⇒  3421267200000
        new Date(-1).toISOString() + new Date(-62198755200001).toISOString() + new Date(253402300800000).toISOString()  ⇒  "1969-12-31T23:59:59.999Z-000002-12-31T23:59:59.999Z+010000-01-01T00:00:00.000Z"
        new Date(2024, 1, 29, 23, 59, 59).getDate() + new Date(1900, 1, 29).getDate()  ⇒  30
        Math.round((new Date("2024-03-10") - new Date("2024-03-01")) / 86400000)  ⇒  9
        """"";
}
