namespace Workflows.Tests.Expressions.JavaScript;

/// <summary>Every script of the conformance corpus, one a line.</summary>
internal static class ConformanceScripts
{
    public const string Table = """""
        "1" + getVariable("CurrentValue")
        "2" + getVariable("CurrentValue")
        "Approved in round " + getVariable("Counter")
        "Order " + getVariable("Decision").Number
        "PO-" + (70 + 7)
        "PO-" + getInput("No")
        "[" + getInput("Sum") + "]"
        "after " + JSON.stringify(getVariable("Res"))
        "amount " + getVariable("Doc").Amount
        "c=" + getVariable("Counter")
        "decision " + getVariable("Dec")
        "done " + getVariable("CurrentValue")
        "got " + getVariable("Doc")
        "i=" + getVariable("CurrentValue")
        "i=" + getVariable("Level")
        "n=" + getVariable("Counter")
        "no " + getVariable("Doc").No
        "o=" + getVariable("Level")
        "ok " + getVariable("CurrentValue")
        "r" + getVariable("CurrentValue")
        "res " + JSON.stringify(getVariable("Res"))
        "res=" + getVariable("Res")
        "resumed " + getCorrelationId()
        "t=" + getTotal() + " " + variables.Total
        "t=" + variables.Total
        "twice " + getVariable("Twice")
        "v=" + getVariable("CurrentValue")
        "votes " + getVariable("Counter")
        "x" + getVariable("CurrentValue")
        "years " + getVariable("Counter")
        (typeof getVariable("I")) + " " + getVariable("I") + " " + (typeof getVariable("S")) + " " + getVariable("S")
        ({ Sum: 20 + 1, Who: "Ann" })
        ({ sum: 3 + 4 })
        1 < 2
        1 > 2
        2 < 1
        2 > 1
        40 + 2
        5 < 1
        5 < 10
        5 < 50
        6 * 7
        JSON.stringify(getVariable("Order"))
        ["S","I","L","D","M","B","O","X"].map(function(k){ var v = getVariable(k); return k + "=" + (typeof v) + ":" + v; }).join("; ")
        ["k","l","m"]
        ["k","l"]
        ["law","tax"]
        ["x","y"]
        [1, 2]
        [1,2,3]
        [10, 20, 30]
        [getVariable("A"),getVariable("B"),getVariable("C")].join(",")
        [isNullOrEmpty(""), isNullOrWhiteSpace("  "), toJson({a:[1,"x"]}), stringToBase64("hey"), stringFromBase64("aGV5"), getCorrelationId(), getWorkflowDefinitionId(), getWorkflowDefinitionVersion()].join(" ; ")
        const xs = [3,1,2]; let [a, ...rest] = [...xs].sort((x, y) => x - y); return `min=${a} rest=${rest.map(v => v * 2).join("|")}`;
        false
        getAmount() + "/" + getVariable("Amount") + "/" + getInput("Amount")
        getCorrelationId()
        getCorrelationId() + "/" + getWorkflowInstanceName()
        getInput("Keep")
        getInput("Keep") + "/" + getInput("Lose")
        getLastResult().sum + "/" + getOutputFrom("Calc").sum + "/" + getOutputFrom("calc", "Result").sum
        getVariable("Bad") + "/" + getVariable("Good") + "/" + getVariable("Inner")
        getVariable("Base") + 1
        getVariable("Counter") + 1
        getVariable("Counter") < 3
        getVariable("Counter") == 2
        getVariable("Counter") >= 2
        getVariable("CurrentIndex") + ":" + getVariable("CurrentValue")
        getVariable("CurrentValue") == 2
        getVariable("CurrentValue") == 20
        getVariable("Decision") == "continue"
        getVariable("Decision") == "return"
        getVariable("Decision") == "yes"
        getVariable("Decision").Number
        getVariable("List").length + ":" + getVariable("List")[1]
        getVariable("Order").Total
        getVariable("Res").Status + "/" + getVariable("Res").SubStatus + "/" + JSON.stringify(getVariable("Res").Output)
        if (getVariable("Decision") == "for") setVariable("Counter", getVariable("Counter") + 1); setOutcome(getVariable("Counter") >= 2 ? "Enough" : "More");
        new Date(Date.now() + 3 * 24 * 3600 * 1000).toISOString()
        nothing.here.at.all
        setCorrelationId("C-2"); setWorkflowInstanceName("Renamed");
        setOutcomes(["Legal","Finance"]);
        setTotal(getTotal() + getExtra());
        setVariable("Counter", getVariable("Counter") + 1); setOutcome(getVariable("Counter") < 3 ? "Again" : "Enough");
        true
        var t = 0; for (var i = 1; i <= 4; i++) { t += i; } return "sum=" + t;
        var x = 5; x * 2;
        variables.Order.Total = variables.Order.Total + 5; variables.Order.Note = "n";
        variables.Total = variables.Total * 3;
        """"";
}
