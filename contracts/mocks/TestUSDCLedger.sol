// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

// solhint-disable reason-string, gas-custom-errors

/// @title Balances, roles, pause and blacklist of the test token
/// @notice As in Circle's FiatTokenV2_2 the top bit of a balance's word says that the account is blacklisted.
abstract contract TestUSDCLedger {
    uint256 private constant BLACKLIST_BIT = 1 << 255;

    /// @notice Appoints minters.
    address public masterMinter;
    /// @notice Stops all transfers.
    address public pauser;
    /// @notice Stops single accounts.
    address public blacklister;
    /// @notice Whether all transfers are stopped.
    bool public paused;
    /// @notice "USD Coin".
    string public name;
    /// @notice "USDC".
    string public symbol;
    /// @notice Six.
    uint8 public decimals;
    /// @notice What is in circulation.
    uint256 public totalSupply;

    bool private _initialized;
    mapping(address account => uint256) private _balanceAndBlacklistStates;
    mapping(address owner => mapping(address spender => uint256)) private _allowances;
    mapping(address minter => bool) private _minters;
    mapping(address minter => uint256) private _minterAllowances;

    /// @notice ERC-20.
    /// @param from Payer.
    /// @param to Payee.
    /// @param value Amount.
    event Transfer(address indexed from, address indexed to, uint256 value);
    /// @notice ERC-20.
    /// @param owner Payer.
    /// @param spender Who may spend.
    /// @param value Amount.
    event Approval(address indexed owner, address indexed spender, uint256 value);
    /// @notice New tokens.
    /// @param minter Who made them.
    /// @param to Payee.
    /// @param amount How much.
    event Mint(address indexed minter, address indexed to, uint256 amount);
    /// @notice Fewer tokens.
    /// @param burner Whose they were.
    /// @param amount How much.
    event Burn(address indexed burner, uint256 amount);
    /// @notice A minter may make this much.
    /// @param minter Who made them.
    /// @param minterAllowedAmount How much.
    event MinterConfigured(address indexed minter, uint256 minterAllowedAmount);
    /// @notice An account was stopped.
    /// @param _account Which.
    event Blacklisted(address indexed _account);
    /// @notice An account may move again.
    /// @param _account Which.
    event UnBlacklisted(address indexed _account);
    /// @notice All transfers were stopped.
    event Pause();
    /// @notice Transfers go on.
    event Unpause();

    modifier whenNotPaused() {
        require(!paused, "Pausable: paused");
        _;
    }

    modifier notBlacklisted(address account) {
        require(!_isBlacklisted(account), "Blacklistable: account is blacklisted");
        _;
    }

    /// @notice Sets up the proxy, once. `admin` is master minter, pauser and blacklister.
    /// @param admin Holder of all roles.
    function initialize(address admin) external {
        require(!_initialized, "FiatToken: contract is already initialized");
        require(admin != address(0), "FiatToken: new owner is the zero address");
        _initialized = true;
        name = "USD Coin";
        symbol = "USDC";
        decimals = 6;
        masterMinter = admin;
        pauser = admin;
        blacklister = admin;
    }

    /// @notice Lets an account mint.
    /// @param minter Gets the role.
    /// @param minterAllowedAmount How much it may mint.
    /// @return done Always true.
    function configureMinter(address minter, uint256 minterAllowedAmount) external whenNotPaused returns (bool done) {
        require(msg.sender == masterMinter, "FiatToken: caller is not the masterMinter");
        _minters[minter] = true;
        _minterAllowances[minter] = minterAllowedAmount;
        emit MinterConfigured(minter, minterAllowedAmount);
        return true;
    }

    /// @notice Makes tokens.
    /// @param to Receives them.
    /// @param amount How much.
    /// @return done Always true.
    function mint(address to, uint256 amount)
        external
        whenNotPaused
        notBlacklisted(msg.sender)
        notBlacklisted(to)
        returns (bool done)
    {
        require(_minters[msg.sender], "FiatToken: caller is not a minter");
        require(to != address(0), "FiatToken: mint to the zero address");
        require(amount > 0, "FiatToken: mint amount not greater than 0");
        uint256 allowed = _minterAllowances[msg.sender];
        require(amount <= allowed, "FiatToken: mint amount exceeds minterAllowance");
        totalSupply += amount;
        _setBalance(to, balanceOf(to) + amount);
        _minterAllowances[msg.sender] = allowed - amount;
        emit Mint(msg.sender, to, amount);
        emit Transfer(address(0), to, amount);
        return true;
    }

    /// @notice Destroys tokens of a minter.
    /// @param amount How much.
    function burn(uint256 amount) external whenNotPaused notBlacklisted(msg.sender) {
        require(_minters[msg.sender], "FiatToken: caller is not a minter");
        require(amount > 0, "FiatToken: burn amount not greater than 0");
        uint256 balance = balanceOf(msg.sender);
        require(balance >= amount, "FiatToken: burn amount exceeds balance");
        totalSupply -= amount;
        _setBalance(msg.sender, balance - amount);
        emit Burn(msg.sender, amount);
        emit Transfer(msg.sender, address(0), amount);
    }

    /// @notice ERC-20.
    /// @param spender Who may spend.
    /// @param value Allowance.
    /// @return done Always true.
    function approve(address spender, uint256 value) external whenNotPaused returns (bool done) {
        _approve(msg.sender, spender, value);
        return true;
    }

    /// @notice Adds to an allowance.
    /// @param spender Who may spend.
    /// @param increment How much more.
    /// @return done Always true.
    function increaseAllowance(address spender, uint256 increment) external whenNotPaused returns (bool done) {
        _approve(msg.sender, spender, _allowances[msg.sender][spender] + increment);
        return true;
    }

    /// @notice Takes from an allowance.
    /// @param spender Who may spend.
    /// @param decrement How much less.
    /// @return done Always true.
    function decreaseAllowance(address spender, uint256 decrement) external whenNotPaused returns (bool done) {
        uint256 allowed = _allowances[msg.sender][spender];
        require(allowed >= decrement, "ERC20: decreased allowance below zero");
        _approve(msg.sender, spender, allowed - decrement);
        return true;
    }

    /// @notice ERC-20.
    /// @param to Payee.
    /// @param value Amount.
    /// @return done Always true.
    function transfer(address to, uint256 value)
        external
        whenNotPaused
        notBlacklisted(msg.sender)
        notBlacklisted(to)
        returns (bool done)
    {
        _transfer(msg.sender, to, value);
        return true;
    }

    /// @notice ERC-20.
    /// @param from Payer.
    /// @param to Payee.
    /// @param value Amount.
    /// @return done Always true.
    function transferFrom(address from, address to, uint256 value)
        external
        whenNotPaused
        notBlacklisted(msg.sender)
        notBlacklisted(from)
        notBlacklisted(to)
        returns (bool done)
    {
        uint256 allowed = _allowances[from][msg.sender];
        require(value <= allowed, "ERC20: transfer amount exceeds allowance");
        _transfer(from, to, value);
        _allowances[from][msg.sender] = allowed - value;
        return true;
    }

    /// @notice Stops all transfers.
    function pause() external {
        require(msg.sender == pauser, "Pausable: caller is not the pauser");
        paused = true;
        emit Pause();
    }

    /// @notice Lets transfers go on.
    function unpause() external {
        require(msg.sender == pauser, "Pausable: caller is not the pauser");
        paused = false;
        emit Unpause();
    }

    /// @notice Stops an account.
    /// @param account Which.
    function blacklist(address account) external {
        require(msg.sender == blacklister, "Blacklistable: caller is not the blacklister");
        _balanceAndBlacklistStates[account] |= BLACKLIST_BIT;
        emit Blacklisted(account);
    }

    /// @notice Lets an account move again.
    /// @param account Which.
    function unBlacklist(address account) external {
        require(msg.sender == blacklister, "Blacklistable: caller is not the blacklister");
        _balanceAndBlacklistStates[account] &= ~BLACKLIST_BIT;
        emit UnBlacklisted(account);
    }

    /// @notice ERC-20.
    /// @param owner Payer.
    /// @param spender Who may spend.
    /// @return allowed Allowance.
    function allowance(address owner, address spender) external view returns (uint256 allowed) {
        return _allowances[owner][spender];
    }

    /// @notice Whether an account is stopped.
    /// @param account Which.
    /// @return stopped True while it is.
    function isBlacklisted(address account) external view returns (bool stopped) {
        return _isBlacklisted(account);
    }

    /// @notice What a minter may still make.
    /// @param minter Which.
    /// @return amount In 1e-6.
    function minterAllowance(address minter) external view returns (uint256 amount) {
        return _minterAllowances[minter];
    }

    /// @notice Whether an account is a minter.
    /// @param account Which.
    /// @return minter True if it is.
    function isMinter(address account) external view returns (bool minter) {
        return _minters[account];
    }

    /// @notice ERC-20.
    /// @param account Whose.
    /// @return balance Without the blacklist's bit.
    function balanceOf(address account) public view returns (uint256 balance) {
        return _balanceAndBlacklistStates[account] & ~BLACKLIST_BIT;
    }

    function _approve(address owner, address spender, uint256 value) internal {
        require(owner != address(0), "ERC20: approve from the zero address");
        require(spender != address(0), "ERC20: approve to the zero address");
        _allowances[owner][spender] = value;
        emit Approval(owner, spender, value);
    }

    function _transfer(address from, address to, uint256 value) internal {
        require(from != address(0), "ERC20: transfer from the zero address");
        require(to != address(0), "ERC20: transfer to the zero address");
        uint256 balance = balanceOf(from);
        require(value <= balance, "ERC20: transfer amount exceeds balance");
        _setBalance(from, balance - value);
        _setBalance(to, balanceOf(to) + value);
        emit Transfer(from, to, value);
    }

    function _isBlacklisted(address account) internal view returns (bool stopped) {
        return _balanceAndBlacklistStates[account] >> 255 == 1;
    }

    function _setBalance(address account, uint256 balance) private {
        require(balance < BLACKLIST_BIT, "FiatTokenV2_2: Balance exceeds (2^255 - 1)");
        require(!_isBlacklisted(account), "FiatTokenV2_2: Account is blacklisted");
        _balanceAndBlacklistStates[account] = balance;
    }
}
