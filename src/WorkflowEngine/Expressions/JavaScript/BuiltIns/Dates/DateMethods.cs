namespace WorkflowEngine.Expressions.JavaScript;

/// <summary>The methods of dates. Local means the zone of the host's <see cref="ScriptGlobals"/>.</summary>
internal static class DateMethods
{
    private static readonly string[] Parts = ["FullYear", "Month", "Date", "Hours", "Minutes", "Seconds", "Milliseconds"];

    public static NativeTable Table { get; } = new(Make());

    private static Dictionary<string, NativeCode> Make()
    {
        var methods = new Dictionary<string, NativeCode>
        {
            ["getTime"] = (run, self, _) => Date(run, self).Time,
            ["valueOf"] = (run, self, _) => Date(run, self).Time,
            ["setTime"] = SetTime,
            ["getDay"] = (run, self, _) => DateParts.WeekDay(DateParts.ToLocal(run, Date(run, self).Time)),
            ["getUTCDay"] = (run, self, _) => DateParts.WeekDay(Date(run, self).Time),
            ["getTimezoneOffset"] = (run, self, _) => double.IsNaN(Date(run, self).Time) ? double.NaN : -DateParts.Offset(run, Date(run, self).Time) / 60_000 + 0.0,
            ["toISOString"] = ToIso,
            ["toJSON"] = (run, self, arguments) => double.IsNaN(Date(run, self).Time) ? Value.Null : ToIso(run, self, arguments),
            ["toString"] = (run, self, _) => Write(run, self, time => DateText.Full(run, time)),
            ["toDateString"] = (run, self, _) => Write(run, self, time => DateText.Date(run, time)),
            ["toTimeString"] = (run, self, _) => Write(run, self, time => DateText.Time(run, time)),
            ["toGMTString"] = (run, self, _) => Write(run, self, DateText.Utc),
            ["toUTCString"] = (run, self, _) => Write(run, self, DateText.Utc),
            ["toLocaleString"] = (run, self, arguments) => Local(run, self, arguments, date: true, time: true),
            ["toLocaleDateString"] = (run, self, arguments) => Local(run, self, arguments, date: true, time: false),
            ["toLocaleTimeString"] = (run, self, arguments) => Local(run, self, arguments, date: false, time: true),
        };
        for (var i = 0; i < Parts.Length; i++)
        {
            var part = i;
            methods["get" + Parts[i]] = (run, self, _) => Get(run, self, part, isLocal: true);
            methods["getUTC" + Parts[i]] = (run, self, _) => Get(run, self, part, isLocal: false);
            methods["set" + Parts[i]] = (run, self, arguments) => Set(run, self, arguments, part, isLocal: true);
            methods["setUTC" + Parts[i]] = (run, self, arguments) => Set(run, self, arguments, part, isLocal: false);
        }

        return methods;
    }

    private static DateObject Date(ScriptRun run, Value self) => self.Object as DateObject ?? throw run.TypeError("this is not a Date object.");

    private static Value Get(ScriptRun run, Value self, int part, bool isLocal)
    {
        var time = Date(run, self).Time;
        return double.IsNaN(time) ? time : DateParts.Split(isLocal ? DateParts.ToLocal(run, time) : time)[part];
    }

    private static Value Set(ScriptRun run, Value self, Value[] arguments, int first, bool isLocal)
    {
        var date = Date(run, self);
        run.CheckWritable(date, "time");
        if (double.IsNaN(date.Time) && first > 0) return double.NaN;
        var parts = DateParts.Split(double.IsNaN(date.Time) ? 0 : isLocal ? DateParts.ToLocal(run, date.Time) : date.Time);
        // A setter takes the parts that follow, too: up to the day, or up to the milliseconds.
        var last = first < 3 ? 2 : 6;
        if (arguments.Length == 0) parts[first] = double.NaN;
        for (var i = 0; i < arguments.Length && first + i <= last; i++) parts[first + i] = Coerce.ToNumber(run, arguments[i]);
        var joined = DateParts.Join(parts);
        return date.Time = DateParts.Clip(isLocal ? DateParts.ToUtc(run, joined) : joined);
    }

    private static Value SetTime(ScriptRun run, Value self, Value[] arguments)
    {
        run.CheckWritable(Date(run, self), "time");
        return Date(run, self).Time = DateParts.Clip(Coerce.ToNumber(run, arguments.At(0)));
    }

    private static Value ToIso(ScriptRun run, Value self, Value[] arguments)
    {
        run.Charge(20);
        return double.IsNaN(Date(run, self).Time) ? throw run.RangeError("Invalid time value") : run.Text(DateText.Iso(Date(run, self).Time));
    }

    private static Value Write(ScriptRun run, Value self, Func<double, string> write)
    {
        var time = Date(run, self).Time;
        return double.IsNaN(time) ? "Invalid Date" : run.Text(write(time));
    }

    private static Value Local(ScriptRun run, Value self, Value[] arguments, bool date, bool time)
    {
        return Write(run, self, utc => LocalText.Date(run, DateParts.ToDateTime(DateParts.ToLocal(run, utc)), arguments, date, time));
    }
}
